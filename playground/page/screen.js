// One phone on the table: it shows a chat of its person, and does what the person taps.
import { arrange, clockTime, h, icon, iconButton } from "./dom.js";
import { attach, composer, isNewcomer } from "./composer.js";
import { alertBox, askBox, chooseBox, toast } from "./boxes.js";
import { bubble, fullName, quoted } from "./message.js";
import { openSheet, themeParams } from "./sheet.js";

const STATUS = `<span></span><i></i><span><svg viewBox="0 0 18 12"><path d="M0 8h3v4H0zM5 5h3v7H5zM10 2h3v10h-3zM15 0h3v12h-3z"/></svg><svg viewBox="0 0 26 12"><path d="M2 0h18a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H2a2 2 0 0 1-2-2V2a2 2 0 0 1 2-2zm22 4h1.5v4H24z"/></svg></span>`;
const TYPING_MS = 5000;

export class Screen {
  constructor({ phone, bot, onSecret }) {
    Object.assign(this, { phone, bot, onSecret, sheet: null, answering: null, waiting: new Map() });
    this.status = h("div.status", { innerHTML: STATUS, "aria-hidden": "true" });
    this.head = h("header.head");
    this.pin = h("button.pin", { type: "button", hidden: true });
    this.history = h("div.history", { role: "log", tabIndex: 0, "aria-label": `Chat of ${fullName(phone.person)}` });
    this.foot = h("footer");
    this.element = h("div.screen", {}, this.status, this.head, this.pin, this.history, this.foot);
    this.open = this.open.bind(this);
    this.act = this.act.bind(this);
    phone.addEventListener("change", (event) => this.take(event.detail));
    attach(this);
    this.tick();
    setInterval(() => this.tick(), 10000);
  }

  tick() {
    this.status.firstChild.textContent = clockTime(Date.now() / 1000);
  }

  take(change) {
    if (change.kind === "answer") return this.hearAnswer(change);
    if (change.kind === "action") return this.showTyping(change);
    if (change.chat_id && change.chat_id !== this.phone.openChat) return this.drawHead();
    const last = this.phone.chat.messages.at(-1);
    if (last?.interface?.force_reply && ["message", "all"].includes(change.kind)) this.answering = last;
    if (change.kind === "deleted" && this.answering?.message_id === change.message_id) this.answering = null;
    this.draw();
    return undefined;
  }

  draw() {
    const chat = this.phone.chat;
    if (!chat) return;
    const stuck = this.history.scrollHeight - this.history.scrollTop - this.history.clientHeight < 90;
    this.drawHead();
    this.drawPin(chat);
    this.drawHistory(chat);
    this.drawFoot(chat);
    if (stuck) this.toEnd();
  }

  toEnd() {
    this.history.scrollTop = this.history.scrollHeight;
    for (const picture of this.history.querySelectorAll("img")) if (!picture.complete) picture.onload = () => this.toEnd();
  }

  drawHead() {
    const chat = this.phone.chat;
    const isBot = chat.type === "private";
    const unread = [...this.phone.unread.values()].reduce((sum, count) => sum + count, 0);
    const others = this.phone.chats.size > 1
      ? h("button.icon-button", { type: "button", title: "Chats", "aria-label": "Chats", onclick: () => this.chooseChat() }, unread ? h("span.badge", {}, unread) : icon("back"))
      : null;
    const picture = isBot ? h("span.avatar", {}, h("img", { src: "/page/mark.svg", alt: "" })) : h("span.avatar", {}, chat.title[0]);
    const note = isBot ? "bot" : `${chat.members.length + 1} members`;
    this.note = h("small", {}, note);
    this.head.replaceChildren(...[
      others, picture,
      h("div.head-names", {}, h("b", {}, isBot ? this.bot.first_name : chat.title), this.note),
      iconButton("more", "Chat menu", () => this.offerChatActs()),
    ].filter(Boolean));
  }

  drawPin(chat) {
    const message = chat.messages.find((one) => one.message_id === chat.pinned.at(-1));
    this.pin.hidden = !message;
    if (!message) return;
    this.pin.replaceChildren(h("span", {}, h("b", {}, "Pinned message"), (message.text ?? message.caption ?? "").split("\n")[0]));
    this.pin.onclick = () => this.scrollTo(message.message_id);
  }

  drawHistory(chat) {
    const before = this.drawn ?? new Map();
    const key = (messages) => JSON.stringify([messages, quoted(messages[0], chat)]);
    this.drawn = new Map(albums(chat.messages).map((messages) => [key(messages), before.get(key(messages)) ?? bubble(messages, this)]));
    const shown = [...this.drawn.values()];
    const hello = h("div.hello", {}, h("b", {}, this.bot.first_name), "Nothing here yet. Drop a PDF on this phone, or write a message.");
    this.day ??= h("div.day", {}, "Today");
    arrange(this.history, shown.length ? [this.day, ...shown] : [hello]);
  }

  drawFoot(chat) {
    const key = JSON.stringify([chat.id, chat.blocked, chat.messages.length > 0, this.answering?.message_id, lastKeys(chat)?.message_id, isNewcomer(this, chat)]);
    if (key === this.footKey) return;
    this.footKey = key;
    this.foot.replaceChildren(...composer(this, chat, lastKeys(chat)));
    if (this.answering) this.foot.querySelector("textarea")?.focus({ preventScroll: true });
  }

  async act(text) {
    const wish = { chat_id: this.phone.openChat, text, reply_to: this.answering?.message_id ?? 0 };
    this.answering = null;
    this.onSecret?.said(this.phone.person.id, text);
    await this.try(() => this.phone.act("text", wish));
    this.toEnd();
  }

  async try(act) {
    try {
      return await act();
    } catch (refusal) {
      this.toast(refusal.message);
      return null;
    }
  }

  whenAnswered(query, done) {
    this.waiting.set(query, done);
  }

  hearAnswer(answer) {
    this.waiting.get(answer.query_id)?.();
    this.waiting.delete(answer.query_id);
    if (answer.url) this.open(answer.url);
    if (answer.text) (answer.show_alert ? alertBox : toast)(this, answer.text);
  }

  showTyping({ chat_id: chat, action }) {
    if (chat !== this.phone.openChat || !this.note) return;
    this.note.textContent = action === "typing" ? "typing…" : `${action.replace("upload_", "sending a ").replaceAll("_", " ")}…`;
    this.note.classList.add("is-busy");
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.drawHead(), TYPING_MS);
  }

  toast(text) {
    toast(this, text);
  }

  ask(title, text, buttons) {
    return askBox(this, title, text, buttons);
  }

  async open(url) {
    const link = new URL(url, window.location.href);
    if (link.protocol === "otpauth:") return this.onSecret?.scanned(this.phone.person.id, url);
    if (link.host === "t.me" || link.protocol === "tg:") return this.openTelegramLink(link);
    if (await refusesFrames(link)) return this.openOutside(link.href);
    openSheet(this, link.href, { title: "Browser", isMiniApp: false });
    return undefined;
  }

  openOutside(url) {
    window.open(url, "_blank", "noopener");
  }

  openTelegramLink(link) {
    const start = link.searchParams.get("start");
    const name = link.host === "t.me" ? link.pathname.slice(1) : link.searchParams.get("domain");
    if (name?.toLowerCase() !== this.bot.username.toLowerCase()) return this.toast("This Telegram knows only one bot");
    this.sheet?.close();
    this.phone.show(this.phone.person.id);
    return this.act(start ? `/start ${start}` : "/start");
  }

  async openMiniApp(url, title) {
    const launch = await this.try(() => this.phone.act("mini_app", { url, theme: themeParams() }));
    if (launch) openSheet(this, launch.url, { title, isMiniApp: true });
  }

  enlarge(url) {
    const veil = h("div.veil", { tabIndex: 0, title: "Tap to close", onclick: () => veil.remove(), onkeydown: () => veil.remove() },
      h("img", { src: url, alt: "Photo", style: "max-width:100%;max-height:100%;border-radius:10px" }));
    this.element.append(veil);
    veil.focus();
  }

  scrollTo(messageId) {
    this.history.querySelector(`[data-message="${messageId}"]`)?.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  async chooseChat() {
    const chats = [...this.phone.chats.values()];
    const names = chats.map((chat) => [chat.title ?? this.bot.first_name, this.phone.unread.get(chat.id) ?? ""]);
    const index = await chooseBox(this, "Chats", names);
    if (index !== null) this.phone.show(chats[index].id);
  }

  async offerActs(message) {
    const others = [...this.phone.chats.values()];
    const acts = [["Reply", () => { this.answering = message; this.draw(); }]];
    if (!message.has_protected_content) {
      for (const chat of others) acts.push([`Forward to ${chat.title ?? this.bot.first_name}`, () => this.forward(message, chat)]);
    }
    const index = await chooseBox(this, "Message", acts.map(([name]) => [name, ""]));
    if (index !== null) acts[index][1]();
  }

  forward(message, chat) {
    const wish = { from_chat_id: message.chat.id, message_id: message.message_id, to_chat_id: chat.id };
    return this.try(() => this.phone.act("forward", wish));
  }

  async offerChatActs() {
    const { chat } = this.phone;
    const acts = (chat.commands ?? []).map((one) => [`/${one.command}`, one.description, () => this.act(`/${one.command}`)]);
    if (chat.menu_button.type === "web_app") acts.unshift([chat.menu_button.text, "Mini App", () => this.openMiniApp(chat.menu_button.web_app.url, chat.menu_button.text)]);
    if (chat.type === "private") acts.push([chat.blocked ? "Unblock the bot" : "Block the bot", "", () => this.try(() => this.phone.act("block", { blocked: !chat.blocked }))]);
    const index = await chooseBox(this, "Chat", acts);
    if (index !== null) acts[index][2]();
  }
}

// A page that no site may frame gets a tab of its own, as every link does on a real desktop.
async function refusesFrames(link) {
  if (link.origin !== window.location.origin) return false;
  const answer = await fetch(link, { method: "HEAD" }).catch(() => null);
  return answer?.headers.get("X-Frame-Options") === "DENY";
}

function albums(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1)?.[0];
    if (message.media_group_id && last?.media_group_id === message.media_group_id) groups.at(-1).push(message);
    else groups.push([message]);
  }
  return groups;
}

function lastKeys(chat) {
  const last = [...chat.messages].reverse().find((one) => one.interface?.keyboard || one.interface?.remove_keyboard);
  return last?.interface.keyboard ? last : null;
}
