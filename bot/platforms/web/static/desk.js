// The desk: what lies in the folder, what waits for me, what I asked for; every button is one call.
import { agreeBox, ask as askBox, codeWindow, keyBox, rejectBox, cancelBox, historyBox } from "./desk-boxes.js";
import { pages } from "./sheets.js";

const LOOK_AGAIN_MS = 4000;
const ROUTE = "route:";
const WHOLE_DAYS = [1, 3, 7, 14, 30];
const find = (id) => document.getElementById(id);
const words = JSON.parse(find("words").textContent);
const isCompact = document.body.classList.contains("is-compact");
const query = `lang=${document.documentElement.lang}`;
const word = document.body.dataset.word || location.hash.slice(1);
let state = null;
let shown = "";
let busy = false;

document.body.removeAttribute("data-word");
if (location.hash) history.replaceState(null, "", location.pathname + location.search);

class Trouble extends Error {}

async function call(path, options = {}) {
  const headers = { Accept: "application/json", "X-Page-Session": word, ...options.headers };
  const sign = path.includes("?") ? "&" : "?";
  let answer;
  try {
    answer = await fetch(`/desk/${path}${sign}${query}`, { ...options, headers });
  } catch {
    throw new Trouble(words.offline);
  }
  if (!answer.ok) throw new Trouble((await answer.json().catch(() => ({}))).error ?? words.trouble);
  return answer;
}

async function act(name, body, { raw = false } = {}) {
  busy = true;
  try {
    const headers = { "X-Page-Turn": state.turn, ...(!raw && { "Content-Type": "application/json" }) };
    const answer = await (await call(name, { method: "POST", headers, body: raw ? body : JSON.stringify(body) })).json();
    state.turn = answer.turn;
    return answer;
  } finally {
    busy = false;
    look(true);
  }
}

function say(text, isBad = false) {
  find("said").textContent = text;
  find("said").hidden = !text;
  find("said").classList.toggle("bad", isBad);
}

function button(text, kind, work, name = "", key = "") {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, className: kind });
  if (name) made.ariaLabel = `${text} – ${name}`;
  made.dataset.key = key && `${key}/${text}`;
  made.addEventListener("click", async () => {
    made.disabled = true;
    try { await work(); say(""); } catch (error) { say(error instanceof Trouble ? error.message : words.trouble, true); }
    made.disabled = false;
  });
  return made;
}

const sheets = pages({ word: words.page, picture: (place, page) => call(`requests/${place}/pages/${page}`) });

async function download(request, place) {
  const answer = await call(`requests/${request.id}/documents/${place}/file`);
  const named = decodeURIComponent((answer.headers.get("Content-Disposition") ?? "").split("''")[1] ?? "document.pdf");
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await answer.blob()), download: named });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function sign(request, key) {
  const { address } = await act("sign", { request: request.id, key });
  codeWindow(address, () => look(true));
}

const days = () => WHOLE_DAYS.map((number, place) => [number, words.days[place]]).filter(([number]) => number <= state.days);
const about = (request) => request.documents.map((one) => one.name).join(", ");

async function chooseKey(request) {
  if (state.keys.length < 2) return sign(request, state.keys[0]?.label);
  return keyBox({ about: about(request), keys: state.keys, send: ({ key }) => sign(request, key) });
}

async function choose(request) {
  const people = state.signers.map((one) => [one.id, one.is_me ? words.me.replace("\u0001", one.name) : [one.name, one.title, one.away].filter(Boolean).join(", ")]);
  const routes = request.routes.map((one) => [ROUTE + one.id, words.route.replace("\u0001", one.id)]);
  const signers = [...routes, ...(request.only_routes ? [] : people)];
  if (!signers.length) throw new Trouble(words.nobody);
  const whom = (signer) => (signer.startsWith(ROUTE) ? { route: signer.slice(ROUTE.length) } : { signer });
  return askBox({
    about: about(request), signers, steps: Object.fromEntries(request.routes.map((one) => [ROUTE + one.id, one.steps])), days: days(), comment: request.comment,
    send: ({ signer, comment, days: wanted }) => act("ask", { request: request.id, ...whom(signer), comment, days: Number(wanted) }),
  });
}

const mayself = () => state.me.may_sign && state.me.has_codes && state.signers.some((one) => one.is_me);

const openLarge = async () => { open(find("large").href, "_blank", "noopener"); };

function verbs(request) {
  const can = (verb) => request.can.includes(verb);
  const named = (text, kind, work) => button(text, kind, work, about(request), request.id);
  if (isCompact) {
    const main = can("sign") ? words.sign : can("agree") ? words.agree : can("ask") ? words.ask : "";
    return main ? [named(main, "button", openLarge)] : [];
  }
  const made = [];
  if (can("sign")) made.push(named(words.sign, "button", () => chooseKey(request)));
  if (can("agree")) made.push(named(words.agree, "button", async () => agreeBox({ about: about(request), send: () => act("agree", { request: request.id }) })));
  if (can("ask") && mayself() && !request.only_routes) made.push(named(words.self, "button", () => chooseKey(request)));
  if (can("ask")) made.push(named(words.ask, mayself() ? "quiet" : "button", () => choose(request)));
  if (can("reject")) made.push(named(words.reject, "quiet", () => rejectBox({ about: about(request), send: (body) => act("reject", { request: request.id, ...body }) })));
  request.documents.forEach((one, place) => {
    const name = request.documents.length > 1 ? ` ${place + 1}` : "";
    made.push(named(words.pages + name, "quiet", async () => sheets.open({ ...one }, `${request.id}/documents/${place}`)));
    made.push(named(words.download + name, "quiet", () => download(request, place)));
  });
  made.push(named(words.history, "quiet", async () => historyBox({ about: about(request), events: await (await call(`requests/${request.id}/history`)).json() })));
  if (can("cancel")) made.push(named(words.cancel, "quiet", () => cancelBox({ about: about(request), send: () => act("cancel", { request: request.id }) })));
  return made;
}

function item({ name, facts = "", says = "", comment = "", warnings = [], tone = "" }, acts) {
  const made = find("item").content.firstElementChild.cloneNode(true);
  const part = (kind) => made.querySelector(`.${kind}`);
  part("item-name").textContent = name;
  part("facts").textContent = facts;
  part("says").textContent = says;
  part("comment").textContent = comment;
  part("warnings").textContent = warnings.join(" · ");
  if (tone) made.classList.add(`is-${tone}`);
  part("acts").append(...acts);
  return made;
}

function requestItem(request) {
  const facts = request.documents.map((one) => `${one.facts} · ${one.fingerprint}`).join("; ");
  const warnings = request.documents.flatMap((one) => one.warnings);
  return item({ name: about(request), facts, says: request.says, comment: request.comment, warnings, tone: request.state }, verbs(request));
}

function fileItem(file) {
  if (file.is_signed && file.request) return item({ name: file.name, says: `${words.signed_file} ${file.request.says}`, tone: "signed" }, verbs(file.request));
  const take = async () => {
    const { request } = await act("take", { place: file.place });
    await look(true);
    return state.folder.files.find((one) => one.request?.id === request).request;
  };
  const acts = [];
  const named = (text, kind, work) => button(text, kind, work, file.name, file.place);
  if (file.can_ask && isCompact) acts.push(named(words.ask, "button", openLarge));
  else if (file.can_ask && mayself()) acts.push(named(words.self, "button", async () => chooseKey(await take())));
  if (file.can_ask && !isCompact) acts.push(named(words.ask, mayself() ? "quiet" : "button", async () => choose(await take())));
  if (!file.request) return item({ name: file.name, says: file.is_signed ? words.signed_file : words.unasked, tone: "draft" }, acts);
  const made = requestItem(file.request);
  made.querySelector(".acts").prepend(...acts);
  return made;
}

function fill(section, rows, make) {
  const list = find(section).querySelector(".rows");
  const empty = Object.assign(document.createElement("li"), { className: "soft", textContent: list.dataset.empty });
  list.replaceChildren(...(rows.length ? rows.map(make) : [empty]));
  find(section).hidden = false;
}

function show() {
  find("who").textContent = state.me.name;
  find("join-chat").hidden = isCompact || state.me.has_chat;
  find("join-codes").hidden = isCompact || !state.me.may_sign || state.me.has_codes;
  if (state.folder) {
    find("folder-title").textContent = words.in_folder.replace("\u0001", state.folder.title);
    fill("folder", state.folder.files, fileItem);
  }
  if (state.is_folder_gone) {
    find("folder-title").textContent = words.folder_gone;
    find("folder").querySelector(".rows").replaceChildren();
    find("folder").hidden = false;
  }
  if (isCompact) return;
  if (state.me.may_sign || state.waiting.length) fill("waiting", state.waiting, requestItem);
  find("upload").hidden = false;
  fill("mine", state.mine, requestItem);
}

async function look(now = false) {
  if (busy && !now) return;
  try {
    state = await (await call("state")).json();
    const { turn, ...rest } = state;
    if (JSON.stringify(rest) !== shown) {
      shown = JSON.stringify(rest);
      const focused = document.activeElement?.dataset.key;
      const section = document.activeElement?.closest("section")?.id;
      show();
      if (focused) [...document.querySelectorAll(`#${section} .acts button`)].find((one) => one.dataset.key === focused)?.focus({ preventScroll: true });
    }
    if (find("main").ariaBusy === "true") say("");
    find("main").ariaBusy = "false";
  } catch (error) {
    say(error instanceof Trouble ? error.message : words.trouble, true);
  }
}

async function upload(file) {
  if (!file) return;
  say(words.uploading);
  try {
    const { request } = await act(`upload?name=${encodeURIComponent(file.name)}`, file, { raw: true });
    await look(true);
    say("");
    await choose(state.mine.find((one) => one.id === request));
  } catch (error) {
    say(error instanceof Trouble ? error.message : words.trouble, true);
  }
}

async function join(to) {
  const { address } = await act("join", { to });
  window.open(address, "_blank", "noopener");
}

for (const one of document.querySelectorAll("[data-join]")) {
  const made = button(one.textContent, one.className, () => join(one.dataset.join));
  one.replaceWith(made);
}
const drop = find("drop");
find("file").addEventListener("change", ({ target }) => { upload(target.files[0]); target.value = ""; });
drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("is-over"); });
drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("is-over"); upload(event.dataTransfer.files[0]); });

if (!word) say(words.outside);
else {
  if (isCompact) { find("large").hidden = false; find("large").href = `/desk?${query}#${word}`; }
  await look(true);
  setInterval(() => { if (!document.hidden && !document.querySelector("dialog[open]")) look(); }, LOOK_AGAIN_MS);
}
