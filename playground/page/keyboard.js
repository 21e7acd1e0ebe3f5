// Inline keyboards: colours, the wait for the bot's answer, and what each kind of button does.
import { h } from "./dom.js";

const KINDS = ["callback_data", "url", "web_app", "copy_text", "disabled"];
const ANSWER_LIMIT_MS = 15000;

/** Return the keyboard under `message`. */
export function keyboard(message, screen) {
  const rows = message.reply_markup.inline_keyboard;
  return h("div.keys", {}, ...rows.map((row) => h("div", {}, ...row.map((button) => key(button, message, screen)))));
}

function key(button, message, screen) {
  const kind = KINDS.find((name) => name in button) ?? "disabled";
  const facts = kind === "url" ? { href: button.url } : { type: "button", disabled: kind === "disabled" }; // a link can be copied
  const element = h(
    `${kind === "url" ? "a" : "button"}.key${button.style ? `.is-${button.style}` : ""}`,
    { ...facts, title: button.text, data: { kind } },
    button.text,
  );
  element.onclick = (event) => {
    event.preventDefault();
    ACTS[kind](button, message, screen, element);
  };
  return element;
}

const ACTS = {
  callback_data: press,
  url: (button, _message, screen) => screen.open(button.url),
  web_app: (button, _message, screen) => screen.openMiniApp(button.web_app.url, button.text),
  copy_text: async (button, _message, screen) => {
    await navigator.clipboard?.writeText(button.copy_text.text).catch(() => {});
    screen.toast("Copied");
  },
  disabled: () => {},
};

async function press(button, message, screen, element) {
  element.classList.add("is-waiting");
  const done = () => element.classList.remove("is-waiting");
  setTimeout(done, ANSWER_LIMIT_MS);
  const wish = { chat_id: message.chat.id, message_id: message.message_id, data: button.callback_data, wait_s: 0 };
  try {
    const { query_id: query } = await screen.phone.act("press", wish);
    screen.whenAnswered(query, done);
  } catch (refusal) {
    done();
    screen.toast(refusal.message);
  }
}
