// The activities of the deal, above its timeline: what an application shows there, with the buttons that people press.
import { element, time } from "./pieces.js";

const LOOK_AGAIN_MS = 1000;
const list = document.querySelector("#activities");
const section = list.closest("section");
let shown = "";

function day(at) {
  return `${new Date(at).toLocaleDateString([], { day: "numeric", month: "short" })}, ${time(at)}`;
}

function inner({ type, properties = {} }, activity) {
  if (type === "deadline") return [activity.deadline ? day(activity.deadline) : ""];
  if (type === "link") return [element("a", { href: properties.action.uri ?? "#", target: "_blank", rel: "noopener", textContent: properties.text })];
  return [properties.value ?? ""];
}

function block(one, activity) {
  const { type, properties = {} } = one;
  if (type === "withTitle") {
    const value = element("dd", {}, ...inner(properties.block, activity));
    return element("div", { className: "pair" }, element("dt", { textContent: properties.title }), value);
  }
  return element("p", { className: properties.bold ? "says" : "" }, ...inner(one, activity));
}

function button({ id, title, type }, activity) {
  const made = element("button", { type: "button", className: type, textContent: title });
  made.disabled = activity.is_locked || activity.locked_button === id;
  made.onclick = async () => {
    made.disabled = true;
    const user = document.querySelector("#who").value;
    await fetch(`/desk/activities/${activity.id}/${id}?user=${user}`, { method: "POST" });
    await look();
  };
  return made;
}

function tag({ title, type }) {
  return element("b", { className: `tag is-${type}`, textContent: title });
}

function pairs(blocks, activity) {
  const titled = blocks.filter(({ type }) => type === "withTitle").map((one) => block(one, activity));
  const plain = blocks.filter(({ type }) => type !== "withTitle").map((one) => block(one, activity));
  return [...plain, element("dl", {}, ...titled)];
}

function record(activity) {
  const head = element("p", { className: "record-head" }, element("strong", { textContent: activity.title }), ...activity.tags.map(tag));
  const done = activity.is_completed ? "✔ Done" : "To do";
  const whose = element("small", { textContent: `${done} · responsible: ${activity.responsible}` });
  const parts = [head, whose, ...pairs(activity.blocks, activity)];
  if (activity.buttons.length) parts.push(element("div", { className: "pressed" }, ...activity.buttons.map((one) => button(one, activity))));
  if (activity.is_locked) parts.push(element("p", { className: "loader", role: "status", textContent: "One moment…" }));
  const made = element("li", { className: activity.is_completed ? "record is-done" : "record" }, ...parts);
  made.ariaBusy = String(activity.is_locked);
  return made;
}

async function look() {
  const [deal] = await (await fetch("/desk/deals")).json();
  const found = deal ? await (await fetch(`/desk/deals/${deal.id}/activities`)).json() : [];
  if (JSON.stringify(found) === shown) return;
  shown = JSON.stringify(found);
  section.hidden = found.length === 0;
  const focused = list.contains(document.activeElement) ? document.activeElement.textContent : "";
  list.replaceChildren(...found.map(record));
  [...list.querySelectorAll("button")].find((one) => one.textContent === focused)?.focus();
}

look().catch(() => {});
setInterval(() => look().catch(() => {}), LOOK_AGAIN_MS);
