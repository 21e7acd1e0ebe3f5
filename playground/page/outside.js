// What the outside world sees: rows of JSON from the addresses in /world/config, one tab each.
import { h } from "./dom.js";
import { ask } from "./world.js";

const REFRESH_MS = 2500;

export class Outside {
  constructor(tabs) {
    this.tabs = Object.entries(tabs);
    this.rows = h("ol.rows", { role: "tabpanel", tabIndex: 0 });
    this.bar = h("div.tabs", { role: "tablist" });
    this.element = h("section.panel.outside", { "aria-label": "What the outside world sees" },
      h("header", {}, h("h2", {}, "What the outside world sees")), this.bar, this.rows);
    this.show(this.tabs[0][0]);
    setInterval(() => this.refresh(), REFRESH_MS);
  }

  show(name) {
    this.open = name;
    this.shown = "";
    this.bar.replaceChildren(...this.tabs.map(([tab]) => h("button", { type: "button", role: "tab", "aria-selected": String(tab === name), onclick: () => this.show(tab) }, tab)));
    this.refresh();
  }

  async refresh() {
    const address = this.tabs.find(([name]) => name === this.open)[1];
    const rows = await ask(address).catch(() => null);
    const fresh = JSON.stringify(rows);
    if (fresh === this.shown || rows === null) return this.say(rows === null ? "Not reachable yet." : null);
    this.shown = fresh;
    const items = [...rows].reverse().slice(0, 200).map(row);
    this.rows.replaceChildren(...(items.length ? items : [h("li.empty", {}, "Nothing yet.")]));
    return undefined;
  }

  say(words) {
    if (words && !this.shown) this.rows.replaceChildren(h("li.empty", {}, words));
  }
}

function row({ at, title, detail, url, state }) {
  const time = at ? new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }) : "";
  const name = url ? h("a", { href: url, target: "_blank", rel: "noopener" }, title) : title;
  return h(`li.row${state ? `.is-${state}` : ""}`, {}, h("time", {}, time), h("b", {}, name), h("small", {}, detail ?? ""));
}
