// What belongs to the person and not to one request: several signed with one code, what came back, who stands in, sessions.
import { awayBox } from "./desk-boxes.js";
import { button, words } from "./desk-calls.js";

const find = (id) => document.getElementById(id);
const ticked = new Set();

// A tick beside each request that waits, when there are several; what is ticked stays ticked while it waits.
export function ticks(rows, items, { about, sign }) {
  const can = rows.filter((one) => one.can.includes("sign"));
  for (const id of ticked) if (!can.some((one) => one.id === id)) ticked.delete(id);
  const bar = find("ticked");
  bar.hidden = can.length < 2;
  if (bar.hidden) return;
  const boxes = new Map();
  const refresh = () => {
    const chosen = can.filter((one) => ticked.has(one.id));
    go.textContent = words.sign_ticked[chosen.length];
    go.disabled = !chosen.length;
    bar.classList.toggle("is-used", chosen.length > 0);
    all.checked = chosen.length === can.length;
    for (const [id, box] of boxes) box.checked = ticked.has(id);
  };
  rows.forEach((one, place) => {
    if (!can.includes(one)) return;
    const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "tick", ariaLabel: words.tick.replace("\u0001", about(one)) });
    box.dataset.key = `${one.id}/tick`;
    box.addEventListener("change", () => { ticked[box.checked ? "add" : "delete"](one.id); refresh(); });
    boxes.set(one.id, box);
    items[place].classList.add("has-tick");
    items[place].prepend(box);
  });
  const all = Object.assign(document.createElement("input"), { type: "checkbox" });
  all.dataset.key = "all/tick";
  all.addEventListener("change", () => { can.forEach((one) => ticked[all.checked ? "add" : "delete"](one.id)); refresh(); });
  const label = Object.assign(document.createElement("label"), { className: "choice" });
  label.append(all, words.tick_all);
  const go = button("", "button", async () => sign(can.filter((one) => ticked.has(one.id))));
  go.dataset.key = "ticked/go";
  bar.replaceChildren(label, go);
  refresh();
}

// What was put aside and waits again.
export function returned(before, now) {
  const aside = new Set((before ?? []).filter((one) => one.later).map((one) => one.id));
  return now.filter((one) => aside.has(one.id) && !one.later);
}

// Who may stand in is an administrator's decision; when, and who of them, is the person's own.
export function deputies(state, { leave, back }) {
  find("deputies").hidden = !state.me.may_sign;
  find("deputies-now").textContent = state.deputies.map((one) => one.name).join(", ") || words.deputies_nobody;
  find("away-now").hidden = !state.absence;
  find("away-now").textContent = state.absence?.text ?? "";
  const ask = async () => awayBox({ today: state.today, deputies: state.deputies, nobody: words.away_nobody, send: leave });
  find("deputies-acts").replaceChildren(
    button(state.absence ? words.away_change : words.away, "quiet", ask, "", "away"),
    ...(state.absence ? [button(words.back, "quiet", back, "", "back")] : []),
  );
}

export function sessions(list, { out }) {
  find("sessions").hidden = !list;
  if (!list) return;
  find("sessions").querySelector("ul").replaceChildren(...list.map((one) => Object.assign(document.createElement("li"), {
    textContent: one.is_this ? `${one.text} (${words.session_this})` : one.text,
  })));
  find("sessions-acts").replaceChildren(
    button(words.sign_out, "quiet", () => out(false), "", "out"),
    button(words.sign_out_everywhere, "quiet", () => out(true), "", "everywhere"),
  );
}
