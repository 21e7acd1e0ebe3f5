// The page of a proposal: open a session with Telegram's initData, show what would change, take the code.
import { keypad } from "./keypad.js";

const find = (id) => document.getElementById(id);
const telegram = window.Telegram?.WebApp;
const base = location.pathname.replace(/\/$/, "");
let session = "";

async function send(path, body) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  if (session) headers["X-Page-Session"] = session;
  const query = `?lang=${document.documentElement.lang}`;
  const answer = await fetch(base + path + query, { method: "POST", headers, body: JSON.stringify(body) });
  return answer.json();
}

function say(state, text) {
  document.body.dataset.state = state;
  find("main").hidden = state !== "open";
  if (text) find("said-title").textContent = text;
}

function describe(proposal) {
  find("title").textContent = proposal.title;
  find("lines").replaceChildren(...proposal.lines.map((line) => {
    const made = document.createElement("li");
    made.textContent = line;
    return made;
  }));
  find("by").textContent = proposal.by;
  find("standing").textContent = proposal.standing;
  say("open");
  find("code").focus({ preventScroll: true });
}

async function confirm(code) {
  const answer = await send("/code", { code }).catch(() => null);
  if (answer === null) return keys.refuse(find("said-title").dataset.trouble);
  if (answer.done) {
    say("done", answer.done);
    telegram?.HapticFeedback?.notificationOccurred?.("success");
    return setTimeout(() => telegram?.close?.(), 1800);
  }
  if (answer.final) return say("over", answer.error);
  return keys.refuse(answer.error);
}

async function start() {
  telegram?.ready?.();
  telegram?.expand?.();
  if (telegram?.initData && telegram.colorScheme) document.documentElement.dataset.theme = telegram.colorScheme;
  if (!telegram?.initData) return say("over", find("said-title").dataset.outside);
  try {
    const answer = await send("/session", { init_data: telegram.initData });
    if (answer.error) return say("over", answer.error);
    session = answer.session;
    describe(answer);
  } catch {
    say("over", find("said-title").dataset.trouble);
  }
}

const keys = keypad({ complete: confirm });
find("cancel").addEventListener("click", () => telegram?.close?.());
find("close").addEventListener("click", () => telegram?.close?.());
start();
