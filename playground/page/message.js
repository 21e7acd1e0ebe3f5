// One bubble (or one album): sender, origin, quote, pictures, documents, text, time, keyboard.
import { clockTime, h, sizeInWords } from "./dom.js";
import { keyboard } from "./keyboard.js";
import { formatted } from "./text.js";

const TINTS = { pdf: "#e0524b", doc: "#3f78d8", docx: "#3f78d8", xls: "#2e9d61", xlsx: "#2e9d61", zip: "#c58a2b", sig: "#7a5fd0", p7s: "#7a5fd0", txt: "#6b7c90", xml: "#4f8f93" };

/** Return the element for `messages` (one, or the parts of an album) on `screen`. */
export function bubble(messages, screen) {
  const [message] = messages;
  if (message.new_chat_members || message.group_chat_created || message.pinned_message) return serviceLine(message);
  const isOwn = message.from.id === screen.phone.person.id;
  const keys = message.reply_markup ? keyboard(message, screen) : null;
  return h(
    `div.message${isOwn ? ".is-own" : ""}${keys ? ".has-keys" : ""}`,
    { data: { message: message.message_id } },
    h("div.bubble", {}, ...head(message, isOwn, screen), ...body(messages, screen), moreButton(messages, screen)),
    keys,
  );
}

function serviceLine(message) {
  if (message.pinned_message) return h("div.service", {}, `${message.from.first_name} pinned a message`);
  const names = (message.new_chat_members ?? []).map((user) => user.first_name).join(", ");
  return h("div.service", {}, `${message.from.first_name} added ${names}`);
}

function head(message, isOwn, screen) {
  const isGroup = message.chat.type !== "private";
  return [
    isGroup && !isOwn ? h("span.sender", {}, fullName(message.from)) : null,
    message.forward_origin ? h("div.origin", {}, "Forwarded from ", h("b", {}, originName(message.forward_origin))) : null,
    message.reply_to_message ? quote(quoted(message, screen.phone.chat), screen) : null,
  ];
}

function body(messages, screen) {
  const [message] = messages;
  const photos = messages.filter((one) => one.photo);
  const said = messages.map((one) => one.caption && one).find(Boolean) ?? message;
  const text = (said.text ?? said.caption)?.replace(/^\/start \S+$/, "/start"); // phones hide the payload of a link
  const entities = said.entities ?? said.caption_entities;
  return [
    photos.length > 1 ? h("div.album", {}, ...photos.map((one) => photo(one, screen))) : photos.map((one) => photo(one, screen)),
    ...messages.filter((one) => one.document).map((one) => documentLine(one, screen)),
    text ? h("span.bubble-text", {}, ...formatted(text, entities, screen)) : null,
    meta(messages.at(-1)),
    message.reactions.length ? h("div.reactions", {}, ...message.reactions.map((one) => h("span", {}, one.emoji ?? "★"))) : null,
  ].flat();
}

/** Return the message that `message` answers, as it is now, or as it was when it is gone. */
export function quoted(message, chat) {
  const answered = message.reply_to_message;
  return chat.messages.find((one) => one.message_id === answered?.message_id) ?? answered;
}

function quote(answered, screen) {
  const text = answered.text ?? answered.caption ?? answered.document?.file_name ?? "Photo";
  const onclick = () => screen.scrollTo(answered.message_id);
  return h("button.quote", { type: "button", onclick }, h("b", {}, fullName(answered.from)), h("span", {}, text));
}

function photo(message, screen) {
  const size = message.photo.at(-1);
  const onclick = () => screen.enlarge(fileAddress(message, screen));
  const onkeydown = (event) => { if (event.key === "Enter") onclick(); };
  return h("img.photo", { onkeydown, src: fileAddress(message, screen), alt: message.caption ?? "Photo", style: `aspect-ratio:${size.width}/${size.height}`, tabIndex: 0, onclick });
}

function documentLine(message, screen) {
  const { file_name: name, file_size: size } = message.document;
  const kind = name.includes(".") ? name.split(".").at(-1).toLowerCase() : "file";
  const inside = [
    h("span.document-icon", { style: `--tint:${TINTS[kind] ?? "#6d86a3"}` }, kind.slice(0, 4).toUpperCase()),
    h("span", {}, h("b", {}, name), h("small", {}, sizeInWords(size))),
  ];
  if (message.has_protected_content) return h("div.document", { title: "Protected: cannot be saved" }, ...inside);
  return h("a.document", { href: fileAddress(message, screen), download: name, title: `Save ${name}` }, ...inside);
}

function meta(message) {
  const lock = h("span", { title: "Protected: cannot be saved or forwarded" }, "🔒");
  return h("span.meta", {},
    message.has_protected_content ? lock : null,
    message.silent ? h("span", { title: "Sent without sound" }, "🔕") : null,
    message.edit_date ? "edited " : null,
    clockTime(message.date));
}

function moreButton(messages, screen) {
  const onclick = () => screen.offerActs(messages.at(-1));
  return h("button.more", { type: "button", title: "Reply, forward…", "aria-label": "Reply, forward…", onclick }, "⋯");
}

/** Return the address of the file of `message`. */
export function fileAddress(message, screen) {
  const version = message.photo?.at(-1).file_unique_id ?? message.document.file_unique_id;
  return `/world/people/${screen.phone.person.id}/chats/${message.chat.id}/messages/${message.message_id}/file?v=${version}`;
}

/** Return the name of a user. */
export function fullName(user) {
  return [user.first_name, user.last_name].filter(Boolean).join(" ");
}

function originName(origin) {
  return origin.sender_user_name ?? fullName(origin.sender_user);
}
