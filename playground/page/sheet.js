// The phone's in-app browser: links and Mini Apps in a frame that slides up over the chat.
import { h, iconButton } from "./dom.js";

/** Open `url` over `screen`; a Mini App gets Telegram's window events. Returns a function that closes the sheet. */
export function openSheet(screen, url, { title, isMiniApp }) {
  const frame = h("iframe", { src: url, title, allow: "clipboard-read; clipboard-write; publickey-credentials-get" });
  const mainButton = h("button.main-button", { type: "button", hidden: true });
  const host = new URL(url).host;
  const sheet = h("section.sheet", { role: "dialog", "aria-label": title },
    h("header.sheet-head", {},
      iconButton("close", "Close", () => close()),
      h("div", {}, h("b", {}, title), h("small", {}, isMiniApp ? "Mini App · " + host : host)),
      iconButton("reload", "Load again", () => { frame.src = url; })),
    frame, mainButton, h("div.home-space"));
  const listen = (event) => {
    if (event.source === frame.contentWindow) hear(event.data, { screen, frame, mainButton, close });
  };
  const close = () => { window.removeEventListener("message", listen); sheet.remove(); screen.sheet = null; };
  window.addEventListener("message", listen);
  frame.addEventListener("load", () => watchLinks(frame, screen));
  screen.sheet?.close();
  screen.sheet = { close, frame };
  sheet.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  screen.element.append(sheet);
  sheet.querySelector("button").focus({ preventScroll: true });
  return close;
}

// Telegram's web clients talk to Mini Apps by these messages: JSON text with eventType and eventData.
function hear(raw, { screen, frame, mainButton, close }) {
  const message = parsed(raw);
  const tell = (eventType, eventData) => frame.contentWindow.postMessage(JSON.stringify({ eventType, eventData }), "*");
  const acts = {
    web_app_close: close,
    web_app_open_link: ({ url }) => screen.openOutside(url),
    web_app_open_tg_link: ({ path_full: path }) => screen.open(`https://t.me${path}`),
    web_app_request_theme: () => tell("theme_changed", { theme_params: themeParams() }),
    web_app_request_viewport: () => tell("viewport_changed", { height: frame.clientHeight, width: frame.clientWidth, is_expanded: true, is_state_stable: true }),
    web_app_setup_main_button: (wish) => setUpMainButton(mainButton, wish, () => tell("main_button_pressed")),
    web_app_open_popup: (popup) => screen.ask(popup.title ?? "", popup.message, popup.buttons.map((b) => b.text || b.type))
      .then((index) => tell("popup_closed", { button_id: popup.buttons[index]?.id ?? "" })),
    web_app_trigger_haptic_feedback: () => navigator.vibrate?.(12),
  };
  acts[message?.eventType]?.(message.eventData ?? {});
}

function parsed(raw) {
  try {
    return typeof raw === "string" ? JSON.parse(raw) : raw;
  } catch {
    return null;
  }
}

function setUpMainButton(button, wish, onclick) {
  button.hidden = !wish.is_visible;
  button.disabled = wish.is_active === false || Boolean(wish.is_progress_visible);
  button.textContent = wish.text ?? button.textContent;
  if (wish.color) button.style.background = wish.color;
  button.onclick = onclick;
}

// On one address with the product's pages the phone can do what real phones do: hand links of other
// schemes to other apps. Elsewhere the browser forbids the look inside, and people paste.
function watchLinks(frame, screen) {
  let inside;
  try {
    inside = frame.contentDocument;
  } catch {
    return;
  }
  if (inside) watchCodes(inside, screen);
  inside?.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || !/^(otpauth:|https?:\/\/t\.me\/|tg:)/.test(link.href)) return;
    event.preventDefault();
    screen.open(link.href);
  }, true);
}

// A code typed on the product's page is spent as surely as one written in the chat.
function watchCodes(inside, screen) {
  const look = () => {
    const code = inside.querySelector("input[autocomplete='one-time-code']")?.value ?? "";
    if (/^\d{6}$/.test(code)) screen.onSecret.said(screen.phone.person.id, code);
  };
  for (const kind of ["click", "input", "keyup"]) inside.addEventListener(kind, look);
}

/** Return the page's colours as Telegram's themeParams. */
export function themeParams() {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return {
    bg_color: colour("--card"), text_color: colour("--ink"), hint_color: colour("--soft"), link_color: colour("--link"),
    button_color: colour("--accent"), button_text_color: "#ffffff", secondary_bg_color: colour("--raised"),
    accent_text_color: colour("--accent"), destructive_text_color: colour("--bad"),
  };
}
