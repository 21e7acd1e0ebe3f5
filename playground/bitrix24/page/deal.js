// One deal of the simulated portal: shows its card and timeline, takes a file.
import { element, link, time } from "./pieces.js";
import { offer, process } from "./process.js";

const LOOK_AGAIN_MS = 1000;
const find = (name) => document.querySelector(`#${name}`);
let deal = null;
let shown = "";
let opened = "";

function comment({ at, author, text, files }) {
  const lines = text.split("\n").map((line) => element("p", {}, ...words(line)));
  return element("li", {}, element("small", { textContent: `${time(at)} · ${author}` }), ...lines, ...files.map(link));
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
  offer(find("signer"), fresh.people, fresh.usual_signer);
  offer(find("route"), fresh.routes);
  find("route").parentElement.hidden = fresh.routes.length === 0;
  find("processes").replaceChildren(...[...fresh.processes].reverse().map(process));
  const empty = element("li", { className: "empty", textContent: "Nothing happened yet." });
  find("timeline").replaceChildren(...(fresh.timeline.length ? [...fresh.timeline].reverse().map(comment) : [empty]));
}

async function look() {
  const [first] = await (await fetch("/desk/deals")).json();
  if (!first) return;
  deal = first;
  openButton();
  if (JSON.stringify(first) === shown) return;
  shown = JSON.stringify(first);
  show(first);
}

const widget = (placement) => `/desk/widget/${placement}?deal=${deal.id}&user=${find("who").value}`;

function openButton() {
  const address = widget("USERFIELD_TYPE");
  if (address === opened) return;
  opened = address;
  find("button").src = address;
}

function openPart(part) {
  for (const one of document.querySelectorAll("[data-part]")) one.ariaPressed = String(one.dataset.part === part);
  find("general").hidden = part !== "general";
  find("part").hidden = part === "general";
  if (part === "general") find("part").removeAttribute("src");
  else find("part").src = widget(part);
}

async function seat() {
  const { people, seller } = await (await fetch("/desk/people")).json();
  find("who").replaceChildren(...people.map(({ id, name }) => element("option", { value: id, textContent: name, selected: id === seller })));
  return people.length > 0;
}

async function put(file) {
  if (!file || !deal) return;
  const sitting = `user=${find("who").value}`;
  await fetch(`/desk/deals/${deal.id}/file?${sitting}&name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  await look();
}

async function start(event) {
  event.preventDefault();
  if (!deal) return;
  const wish = {
    signer: find("signer").disabled ? 0 : find("signer").value, route: find("route").value,
    document_type: find("leave").checked ? "leave" : "", beside: find("beside").checked,
  };
  const answer = await fetch(`/desk/deals/${deal.id}/process`, { method: "POST", body: JSON.stringify(wish) });
  find("refused").hidden = answer.ok;
  find("refused").textContent = answer.ok ? "" : await answer.text();
  await look();
}

find("process").onsubmit = start;
find("route").onchange = ({ target }) => { find("signer").disabled = target.value !== ""; }; // a route says itself who is asked
const drop = find("drop");
find("choose").onchange = ({ target }) => { put(target.files[0]); target.value = ""; };
find("sample").onclick = async () => { await fetch(`/desk/deals/${deal.id}/sample?user=${find("who").value}`, { method: "POST" }); await look(); };
drop.ondragover = (event) => { event.preventDefault(); drop.classList.add("is-over"); };
drop.ondragleave = () => drop.classList.remove("is-over");
drop.ondrop = (event) => { event.preventDefault(); drop.classList.remove("is-over"); put(event.dataTransfer.files[0]); };

for (const one of document.querySelectorAll("[data-part]")) one.onclick = () => openPart(one.dataset.part);
find("who").onchange = () => {
  openButton();
  openPart(document.querySelector('[data-part][aria-pressed="true"]').dataset.part);
};

function dress() { document.documentElement.dataset.theme = location.hash.slice(1); }
addEventListener("hashchange", dress);
dress();
let isSeated = false;
async function turn() {
  isSeated ||= await seat();
  if (isSeated) await look();
}
turn().catch(() => {});
setInterval(() => turn().catch(() => {}), LOOK_AGAIN_MS);
