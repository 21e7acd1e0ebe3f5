// The messenger of the simulated portal: one person's dialog with the bot; what people write, send and press.
const LOOK_AGAIN_MS = 700;
const find = (name) => document.querySelector(`#${name}`);
let person = 0;
let shown = "";

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function post(path, body) {
  return fetch(`/chat/${person}/${path}`, { method: "POST", body }).then(look);
}

/** BB code of one line as nodes: bold, italic, addresses; everything else stays text. */
function line(text) {
  const quoted = text.startsWith(">>");
  const words = (quoted ? text.slice(2) : text).split(/(\[b\].*?\[\/b\]|\[i\].*?\[\/i\]|https?:\/\/\S+)/);
  return element(quoted ? "blockquote" : "p", {}, ...words.map(word));
}

function word(text) {
  if (text.startsWith("[b]")) return element("b", { textContent: text.slice(3, -4) });
  if (text.startsWith("[i]")) return element("i", { textContent: text.slice(3, -4) });
  if (/^https?:\/\//.test(text)) return element("a", { href: text, target: "_blank", rel: "noopener", textContent: text });
  return text;
}

function file({ name, bytes, url }) {
  const size = `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return element("p", {}, element("a", { href: url, target: "_blank", rel: "noopener", textContent: `📄 ${name} · ${size}` }));
}

function key(message, { label, link, colour }, place) {
  if (!label) return element("span", { className: "break" });
  const made = link
    ? element("a", { href: link, target: "_blank", rel: "noopener", textContent: label })
    : element("button", { type: "button", textContent: label, disabled: message.is_locked });
  made.dataset.colour = colour;
  if (!link) made.onclick = () => post(`press/${message.id}/${place}`);
  return made;
}

function bubble(message) {
  const at = new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const quote = message.quote ? [element("div", { className: "quote", textContent: message.quote.replace(/\[\/?[bi]\]/g, "") })] : [];
  const text = message.text ? message.text.split("\n").map(line) : [];
  const keys = element("div", { className: "keys" }, ...message.keys.map((one, place) => key(message, one, place)));
  return element("article", { className: message.is_own ? "bubble is-own" : "bubble" },
    ...quote, ...message.files.map(file), ...text, ...(message.keys.length ? [keys] : []), element("time", { textContent: at }));
}

function empty(hasBot) {
  if (find("who").selectedOptions[0]?.textContent.includes("customer")) {
    return element("p", { className: "empty", textContent: "You write to the company. Send a paper, and see that no word of its approval comes here." });
  }
  const words = hasBot ? "Send the bot a PDF, and it asks who shall sign." : "The bot is not here yet. A moment, please.";
  return element("p", { className: "empty", textContent: words });
}

async function look() {
  if (!person) return;
  const text = await (await fetch(`/chat/${person}`)).text();
  if (text === shown) return;
  shown = text;
  const { messages, has_bot: hasBot } = JSON.parse(text);
  const isAtEnd = innerHeight + scrollY >= document.body.scrollHeight - 80;
  find("dialog").replaceChildren(...(messages.length ? messages.map(bubble) : [empty(hasBot)]));
  if (isAtEnd) scrollTo(0, document.body.scrollHeight);
}

async function meet() {
  const people = await (await fetch("/chat/people")).json();
  if (people.length === find("who").options.length) return;
  find("who").replaceChildren(...people.map(({ id, name, title }) =>
    element("option", { value: id, textContent: title ? `${name}, ${title}` : name })));
  const wanted = Number(sessionStorage.getItem("person"));
  find("who").value = people.some(({ id }) => id === wanted) ? wanted : people[0].id;
  person = Number(find("who").value);
}

find("who").onchange = ({ target }) => {
  person = Number(target.value);
  sessionStorage.setItem("person", target.value);
  shown = "";
  look();
};
find("composer").onsubmit = (event) => {
  event.preventDefault();
  const words = find("words");
  if (words.value.trim()) post("say", words.value);
  words.value = "";
};
find("file").onchange = ({ target }) => {
  if (target.files[0]) post(`file?name=${encodeURIComponent(target.files[0].name)}`, target.files[0]);
  target.value = "";
};
find("sample").onclick = () => post("sample");
document.body.ondragover = (event) => event.preventDefault();
document.body.ondrop = (event) => {
  event.preventDefault();
  const [dropped] = event.dataTransfer.files;
  if (dropped) post(`file?name=${encodeURIComponent(dropped.name)}`, dropped);
};

function dress() { document.documentElement.dataset.theme = location.hash.slice(1); }
addEventListener("hashchange", dress);
dress();
const again = () => meet().then(look).catch(() => {});
again();
setInterval(again, LOOK_AGAIN_MS);
