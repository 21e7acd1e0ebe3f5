// Telegram's text with entities as elements.
import { h } from "./dom.js";

/** Return the nodes of `text`; `open(url)` is called for links, `act(command)` for commands. */
export function formatted(text, entities = [], { open, act }) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nodesBetween(text, sorted, 0, text.length, { open, act });
}

function nodesBetween(text, entities, from, to, actions) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const end = entity.offset + entity.length;
    if (entity.offset < at || end > to) continue;
    nodes.push(text.slice(at, entity.offset));
    const inner = entities.slice(index + 1).filter((other) => other.offset + other.length <= end);
    nodes.push(dressed(entity, text.slice(entity.offset, end), nodesBetween(text, inner, entity.offset, end, actions), actions));
    at = end + (BLOCKS.has(entity.type) && text[end] === "\n" ? 1 : 0); // a block ends its own line
  }
  nodes.push(text.slice(at, to));
  return nodes.filter((node) => node !== "");
}

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", pre: "pre", blockquote: "blockquote" };

function dressed(entity, raw, inner, { open, act }) {
  if (TAGS[entity.type]) return h(TAGS[entity.type], {}, ...inner);
  if (entity.type === "code") return h("code", { title: "Tap to copy", onclick: () => navigator.clipboard?.writeText(raw) }, ...inner);
  if (entity.type === "spoiler") return h("span.spoiler", { onclick: (event) => event.currentTarget.classList.add("is-open") }, ...inner);
  if (entity.type === "expandable_blockquote") return foldable(inner);
  if (entity.type === "text_link" || entity.type === "url") return link(entity.url ?? raw, inner, open);
  if (entity.type === "bot_command") return h("a", { href: "#", onclick: (event) => { event.preventDefault(); act(raw); } }, ...inner);
  if (entity.type === "date_time") return moment(entity.unix_time, inner);
  return h("span", {}, ...inner);
}

function foldable(inner) {
  return h("blockquote.is-folded", { onclick: (event) => event.currentTarget.classList.toggle("is-folded") }, ...inner);
}

function link(address, inner, open) {
  const url = /^\w+:/.test(address) ? address : `https://${address}`;
  return h("a", { href: url, title: url, onclick: (event) => { event.preventDefault(); open(url); } }, ...inner);
}

function moment(unix, inner) {
  const title = new Date(unix * 1000).toLocaleString([], { dateStyle: "full", timeStyle: "short" });
  return h("span.moment", { title }, ...inner);
}
