// The page's copy of the world: what each person's chats show, kept fresh by one stream of changes.

/** Fetch JSON; `body` makes it a POST. Throws an Error with the server's words. */
export async function ask(path, body) {
  const isForm = body instanceof FormData;
  const init = body === undefined ? {} : { method: "POST", body: isForm ? body : JSON.stringify(body) };
  if (body !== undefined && !isForm) init.headers = { "Content-Type": "application/json" };
  const response = await fetch(path, init);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.description ?? `the server answered ${response.status}`);
  return answer;
}

/** One person's phone as data. Fires `change` events with `detail` = the change. */
export class Phone extends EventTarget {
  constructor(person) {
    super();
    this.person = person;
    this.chats = new Map();
    this.unread = new Map();
    this.openChat = person.id;
  }

  async load() {
    const state = await ask(`/world/people/${this.person.id}/chats`);
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    this.dispatchEvent(new CustomEvent("change", { detail: { kind: "all" } }));
    return state.seq;
  }

  act(verb, wish) {
    return ask(`/world/people/${this.person.id}/${verb}`, wish);
  }

  get chat() {
    return this.chats.get(this.openChat);
  }

  async take(change) {
    const chat = this.chats.get(change.chat_id);
    if (change.kind === "commands" || (change.chat_id && !chat)) await this.load();
    else if (chat) this.apply(chat, change);
    this.dispatchEvent(new CustomEvent("change", { detail: change }));
  }

  apply(chat, change) {
    const at = chat.messages.findIndex((m) => m.message_id === (change.message?.message_id ?? change.message_id));
    if (change.kind === "message" && at < 0) this.receive(chat, change.message);
    if (change.kind === "edited" && at >= 0) chat.messages[at] = change.message;
    if (change.kind === "deleted" && at >= 0) chat.messages.splice(at, 1);
    if (change.kind === "pinned") chat.pinned = change.pinned;
    if (change.kind === "blocked") chat.blocked = change.blocked;
  }

  receive(chat, message) {
    chat.messages.push(message);
    const isNews = message.from.id !== this.person.id && chat.id !== this.openChat;
    if (isNews) this.unread.set(chat.id, (this.unread.get(chat.id) ?? 0) + 1);
  }

  show(chatId) {
    this.openChat = chatId;
    this.unread.delete(chatId);
    this.dispatchEvent(new CustomEvent("change", { detail: { kind: "all" } }));
  }
}

/** Load all phones, then keep them fresh; `onChange` hears every change too. */
export async function follow(phones, onChange) {
  const numbers = await Promise.all(phones.map((phone) => phone.load()));
  const stream = new EventSource(`/world/stream?after=${Math.min(...numbers)}`);
  let isLost = false;
  stream.onerror = () => { isLost = true; };
  stream.onopen = () => { if (isLost) for (const phone of phones) phone.load(); isLost = false; };
  stream.onmessage = (event) => {
    const change = JSON.parse(event.data);
    for (const phone of phones) if (change.people.includes(phone.person.id)) phone.take(change);
    onChange(change);
  };
}
