// One deal of the simulated portal: shows its card and timeline, takes a file.
const LOOK_AGAIN_MS = 1000;
const find = (name) => document.querySelector(`#${name}`);
let deal = null;
let shown = "";

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function link(file) {
  const size = file.bytes ? ` · ${Math.max(1, Math.round(file.bytes / 1024))} KB` : "";
  return element("a", { href: file.url, target: "_blank", rel: "noopener", textContent: `📄 ${file.name}${size}` });
}

function comment({ at, author, text, files }) {
  const time = new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const lines = text.split("\n").map((line) => element("p", {}, ...words(line)));
  return element("li", {}, element("small", { textContent: `${time} · ${author}` }), ...lines, ...files.map(link));
}

function label(address) {
  if (address.includes("/locked/")) return "This was not me";
  return address.includes("/crm/deal/") ? "This deal" : "Check it here";
}

function words(line) {
  if (!/^https?:\/\/\S+$/.test(line)) return [line];
  return [element("a", { href: line, target: "_blank", rel: "noopener", textContent: label(line) })];
}

function stage({ name, is_now: isNow }) {
  const made = element("li", { className: isNow ? "is-now" : "", textContent: name });
  if (isNow) made.setAttribute("aria-current", "step");
  return made;
}

function notice({ at, text }) {
  return comment({ at, author: "Countersign", text, files: [] });
}

function show(fresh) {
  find("stages").replaceChildren(...fresh.stages.map(stage));
  find("rung").textContent = fresh.bell.length || "";
  find("notices").replaceChildren(...[...fresh.bell].reverse().map(notice));
  find("bell").hidden = fresh.bell.length === 0;
  find("title").textContent = fresh.title;
  find("responsible").textContent = fresh.responsible;
  find("files").replaceChildren(...fresh.files.map((file) => element("li", {}, link(file))));
  const empty = element("li", { className: "empty", textContent: "Nothing happened yet." });
  find("timeline").replaceChildren(...(fresh.timeline.length ? [...fresh.timeline].reverse().map(comment) : [empty]));
}

async function look() {
  const [first] = await (await fetch("/desk/deals")).json();
  if (!first) return;
  deal = first;
  if (JSON.stringify(first) === shown) return;
  shown = JSON.stringify(first);
  show(first);
}

async function put(file) {
  if (!file || !deal) return;
  await fetch(`/desk/deals/${deal.id}/file?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  await look();
}

const drop = find("drop");
find("choose").onchange = ({ target }) => { put(target.files[0]); target.value = ""; };
find("sample").onclick = async () => { await fetch(`/desk/deals/${deal.id}/sample`, { method: "POST" }); await look(); };
drop.ondragover = (event) => { event.preventDefault(); drop.classList.add("is-over"); };
drop.ondragleave = () => drop.classList.remove("is-over");
drop.ondrop = (event) => { event.preventDefault(); drop.classList.remove("is-over"); put(event.dataTransfer.files[0]); };

function dress() { document.documentElement.dataset.theme = location.hash.slice(1); }
addEventListener("hashchange", dress);
dress();
look().catch(() => {});
setInterval(() => look().catch(() => {}), LOOK_AGAIN_MS);
