// What appears over a chat for a moment: toasts, alerts, choices.
import { h } from "./dom.js";

const TOAST_MS = 3200;

/** Show `text` for a moment. */
export function toast(screen, text) {
  screen.element.querySelector(".toast")?.remove();
  const note = h("div.toast", { role: "status" }, text);
  screen.element.append(note);
  setTimeout(() => note.remove(), TOAST_MS);
}

/** Show `text` until the person says OK. */
export function alertBox(screen, text) {
  return askBox(screen, "", text, ["OK"]);
}

/** Return the index of the tapped button; null when the person turned away. */
export function askBox(screen, title, text, buttons) {
  const keys = (done) => h("div.box-buttons", {}, ...buttons.map((label, index) => h("button.plain", { type: "button", onclick: () => done(index) }, label)));
  return box(screen, ".veil", (done) => [title ? h("h3", {}, title) : null, h("p", {}, text), keys(done)]);
}

/** Return the index of the chosen row of `[name, note]`; null when the person turned away. */
export function chooseBox(screen, title, rows) {
  const row = (done) => ([name, note], index) => h("button.choice", { type: "button", onclick: () => done(index) }, String(name), h("small", {}, String(note)));
  return box(screen, ".veil.is-low", (done) => [h("h3", {}, title), ...rows.map(row(done))]);
}

/** Show a box; `build(done)` returns its children, `done(value)` closes it. Returns a promise of the value. */
export function box(screen, spec, build) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const done = (value) => {
      veil.remove();
      before?.focus?.({ preventScroll: true });
      resolve(value);
    };
    const inside = h("div.box", { role: "dialog", "aria-modal": "true" }, ...build(done));
    const veil = h(`div${spec}`, {
      onclick: (event) => { if (event.target === veil) done(null); },
      onkeydown: (event) => { if (event.key === "Escape") done(null); },
    }, inside);
    screen.element.append(veil);
    inside.querySelector("input, textarea, .strong, button")?.focus({ preventScroll: true });
  });
}
