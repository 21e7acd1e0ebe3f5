// The page's calls: each carries the word of this page, and what changes something spends the turn it was given last.
const find = (id) => document.getElementById(id);

export const words = JSON.parse(find("words").textContent);
export const query = `lang=${document.documentElement.lang}`;
export const word = document.body.dataset.word || location.hash.slice(1);
document.body.removeAttribute("data-word");
if (location.hash) history.replaceState(null, "", location.pathname + location.search);

let turn = "";
let changes = 0;

export class Trouble extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

export const told = (error) => (error instanceof Trouble ? error.message : words.trouble);

export async function call(path, options = {}) {
  const headers = { Accept: "application/json", "X-Page-Session": word, ...options.headers };
  const sign = path.includes("?") ? "&" : "?";
  let answer;
  try {
    answer = await fetch(`/desk/${path}${sign}${query}`, { ...options, headers });
  } catch {
    throw new Trouble(words.offline);
  }
  if (!answer.ok) throw new Trouble((await answer.json().catch(() => ({}))).error ?? words.trouble, answer.status);
  return answer;
}

export async function read() {
  const before = changes;
  const state = await (await call("state")).json();
  if (changes === before) turn = state.turn; // else it may be the turn that a call has spent meanwhile
  return state;
}

// A call that is refused has spent its turn, too, and brings none: the next one asks for a turn first.
export async function post(name, body, { raw = false } = {}) {
  if (!turn) await read();
  const headers = { "X-Page-Turn": turn, ...(!raw && { "Content-Type": "application/json" }) };
  turn = "";
  changes += 1;
  try {
    const answer = await (await call(name, { method: "POST", headers, body: raw ? body : JSON.stringify(body) })).json();
    turn = answer.turn;
    return answer;
  } finally {
    changes += 1;
  }
}

export function say(text, isBad = false) {
  find("said").textContent = text;
  find("said").hidden = !text;
  find("said").classList.toggle("bad", isBad);
}

export function button(text, kind, work, name = "", key = "") {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, className: kind });
  if (name) made.ariaLabel = `${text} – ${name}`;
  made.dataset.key = key && `${key}/${text}`;
  made.addEventListener("click", async () => {
    made.disabled = true;
    try { const text = await work(); say(typeof text === "string" ? text : ""); } catch (error) { say(told(error), true); }
    made.disabled = false;
  });
  return made;
}

// `beside` asks for the signature that is a file of its own.
export const download = (request, place, beside = "") => save(`requests/${request.id}/documents/${place}/file${beside}`);

export async function save(path) {
  const answer = await call(path);
  const named = decodeURIComponent((answer.headers.get("Content-Disposition") ?? "").split("''")[1] ?? "document.pdf");
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await answer.blob()), download: named });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
