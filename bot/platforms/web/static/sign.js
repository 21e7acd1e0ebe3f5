// The signing page: open a session with Telegram's initData or the desk's ticket, show what will be signed, take the code.
import { keypad } from "./keypad.js";
import { pages } from "./sheets.js";

const find = (id) => document.getElementById(id);
const telegram = window.Telegram?.WebApp;
const base = location.pathname.replace(/\/$/, "");
const query = `?lang=${document.documentElement.lang}`;
const ticket = location.hash.startsWith("#ticket-") ? location.hash.slice(1) : "";
let session = "";

async function ask(path, options = {}) {
  const headers = { Accept: "application/json", ...(session && { "X-Page-Session": session }) };
  return fetch(base + path + query, { ...options, headers: { ...headers, ...options.headers } });
}

async function send(path, body) {
  const answer = await ask(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return answer.json();
}

function say(state, text) {
  document.body.dataset.state = state;
  find("main").hidden = state !== "open";
  if (text) find("said-title").textContent = text;
}

function dress() {
  if (!telegram) return;
  telegram.ready?.();
  telegram.expand?.();
  telegram.disableVerticalSwipes?.();
  if (telegram.initData && telegram.colorScheme) document.documentElement.dataset.theme = telegram.colorScheme;
  telegram.onEvent?.("themeChanged", () => { document.documentElement.dataset.theme = telegram.colorScheme; });
}

function row(one, place, isOne, open) {
  const made = find("row").content.firstElementChild.cloneNode(true);
  const part = (name) => made.querySelector(`.${name}`);
  for (const name of ["name", "facts", "from", "comment"]) part(name).textContent = one[name];
  part("warnings").textContent = one.warnings.join(" · ");
  if (isOne) {
    const label = document.createElement("b");
    label.textContent = find("documents").dataset.fingerprint;
    part("fingerprint").append(label);
  }
  part("fingerprint").append(one.fingerprint);
  made.title = find("documents").dataset.open;
  made.addEventListener("click", () => open(one, place));
  return made;
}

function describe(record) {
  const list = find("documents");
  const isOne = record.documents.length === 1;
  const sheets = pages({ picture: (place, page) => ask(`/documents/${place}/pages/${page}`), word: list.dataset.page });
  list.classList.toggle("is-one", isOne);
  list.replaceChildren(...record.documents.map((one, place) => row(one, place, isOne, sheets.open)));
  [...list.children].forEach((made, place) => sheets.draw(made.querySelector("img"), place, 1));
  find("title").textContent = record.title;
  find("kind").textContent = `${record.short} · ${record.certificate.kind}`;
  find("level").textContent = record.level;
  find("subject").textContent = record.certificate.subject;
  find("validity").textContent = record.certificate.validity;
  countDown(record.seconds_left);
}

function countDown(seconds) {
  const until = Date.now() + seconds * 1000;
  const tick = () => {
    if (document.body.dataset.state !== "open") return;
    const left = Math.max(0, Math.round((until - Date.now()) / 1000));
    find("countdown").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    find("countdown").classList.toggle("is-short", left < 60);
    if (left === 0) return say("over", find("said-title").dataset.expired);
    setTimeout(tick, 1000);
  };
  say("open");
  tick();
}

function close() {
  if (ticket) parent.postMessage("countersign:close", location.origin);
  else telegram?.close?.();
}

function finish(text) {
  say("done", text);
  telegram?.HapticFeedback?.notificationOccurred?.("success");
  setTimeout(close, 1800);
}

async function confirm(code) {
  let answer;
  try {
    answer = await send("/code", { code });
  } catch {
    return keys.refuse(find("said-title").dataset.trouble);
  }
  if (answer.done) return finish(answer.done);
  if (answer.final) return say("over", answer.error);
  telegram?.HapticFeedback?.notificationOccurred?.("error");
  return keys.refuse(answer.error);
}

async function cancel() {
  const answer = await send("/withdraw", {}).catch(() => ({}));
  finish(answer.done ?? answer.error ?? "");
}

async function start() {
  dress();
  if (ticket) history.replaceState(null, "", location.pathname + location.search);
  if (!ticket && !telegram?.initData) return say("over", find("said-title").dataset.outside);
  try {
    const answer = await send("/session", { init_data: ticket || telegram.initData });
    if (answer.error) return say("over", answer.error);
    if (answer.done) return finish(answer.done);
    session = answer.session;
    describe(answer);
    find("code").focus({ preventScroll: true });
  } catch {
    say("over", find("said-title").dataset.trouble);
  }
}

const keys = keypad({ complete: confirm });
find("cancel").addEventListener("click", cancel);
find("close").addEventListener("click", close);
start();
