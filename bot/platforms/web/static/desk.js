// The desk: what lies in the folder, what waits for me, what I asked for; every button is one call.
import { agreeBox, ask as askBox, cancelBox, codeWindow, historyBox, keyBox, laterBox, personBox, rejectBox, wordsBox } from "./desk-boxes.js";
import { Trouble, button, call, download, post, query, read, save, say, told, word, words } from "./desk-calls.js";
import { deputies, returned, sessions, ticks } from "./desk-own.js";
import { search } from "./desk-search.js";
import { pages } from "./sheets.js";

const LOOK_AGAIN_MS = 4000;
const ROUTE = "route:";
const WHOLE_DAYS = [1, 3, 7, 14, 30];
const find = (id) => document.getElementById(id);
const isCompact = document.body.classList.contains("is-compact");
let state = null;
let shown = "";
let busy = false;
let isOver = false;

async function act(name, body, options) {
  busy = true;
  try {
    return await post(name, body, options);
  } finally {
    busy = false;
    look(true);
  }
}

const sheets = pages({ word: words.page, picture: (place, page) => call(`requests/${place}/pages/${page}`) });

async function sign(requests, key) {
  const { address } = await act("sign", { requests: requests.map((one) => one.id), key });
  codeWindow(address.replace("?", `?${query}&`), () => look(true));
}

const days = () => WHOLE_DAYS.map((number, place) => [number, words.days[place]]).filter(([number]) => number <= state.days);
const about = (request) => request.documents.map((one) => one.name).join(", ");
const aboutAll = (requests) => requests.map(about).join(", ");
const signers = () => state.signers.map((one) => [one.id, one.is_me ? words.me.replace("\u0001", one.name) : [one.name, one.title, one.away].filter(Boolean).join(", ")]);

async function chooseKey(requests) {
  if (state.keys.length < 2) return sign(requests, state.keys[0]?.label);
  return keyBox({ about: aboutAll(requests), keys: state.keys, send: ({ key }) => sign(requests, key) });
}

// Whom all of these may go to: a route must be open to each, a person too.
function choices(requests) {
  const routes = requests[0].routes.filter(({ id }) => requests.every((one) => one.routes.some((other) => other.id === id)));
  const people = requests.some((one) => one.only_routes) ? [] : signers();
  return {
    signers: [...routes.map(({ id }) => [ROUTE + id, words.route.replace("\u0001", id)]), ...people],
    steps: Object.fromEntries(routes.map(({ id, steps }) => [ROUTE + id, steps])),
  };
}

// How much these are about, where that decides who may be chosen: one answer for all of them.
function amountOf(requests) {
  const about = requests.filter((one) => one.amount !== null);
  const now = (request) => [...state.mine, ...(state.folder?.files ?? []).map((file) => file.request)].find((one) => one?.id === request.id) ?? request;
  const tell = async (amount) => {
    try {
      for (const one of about) await act("amount", { request: one.id, amount });
    } finally {
      await look(true);
    }
    return choices(requests.map(now));
  };
  return about.length ? { question: state.amount_question, value: about[0].amount, tell } : null;
}

async function choose(requests) {
  const [offered, amount] = [choices(requests), amountOf(requests)];
  if (!offered.signers.length && !amount) throw new Trouble(words.nobody);
  const whom = (signer) => (signer.startsWith(ROUTE) ? { route: signer.slice(ROUTE.length) } : { signer });
  return askBox({
    about: aboutAll(requests), choices: offered, amount, days: days(), comment: requests[0].comment,
    send: async ({ signer, comment, days: wanted }) => {
      for (const one of requests) await act("ask", { request: one.id, ...whom(signer), comment, days: Number(wanted) });
    },
  });
}

// Pages that we made of a file are looked at first; then comes what was meant.
function afterLook(requests, meant) {
  const made = requests.find((one) => one.can.includes("accept"));
  return made ? sheets.open({ ...made.documents[0] }, `${made.id}/documents/0`) : meant(requests);
}

const mayself = () => state.me.may_sign && state.me.has_codes && state.signers.some((one) => one.is_me);

const openLarge = async () => { open(find("large").href, "_blank", "noopener"); };

function verbs(request) {
  const can = (verb) => request.can.includes(verb);
  const named = (text, kind, work) => button(text, kind, work, about(request), request.id);
  if (isCompact) {
    const main = can("sign") ? words.sign : can("agree") ? words.agree : can("accept") ? words.accept : can("ask") ? words.ask : "";
    return main ? [named(main, "button", openLarge)] : [];
  }
  const made = [];
  if (can("accept")) made.push(named(words.accept, "button", () => act("accept", { request: request.id }).then(() => "")));
  if (can("sign")) made.push(named(words.sign, "button", () => chooseKey([request])));
  if (can("agree")) made.push(named(words.agree, "button", async () => agreeBox(asking(request, "agree"))));
  if (can("answer")) made.push(named(words.answer, "button", async () => wordsBox("answer", asking(request, "answer"))));
  if (can("ask") && mayself() && !request.only_routes) made.push(named(words.self, "button", () => chooseKey([request])));
  if (can("ask")) made.push(named(words.ask, mayself() ? "quiet" : "button", () => choose([request])));
  if (can("resume")) made.push(named(words.resume, "button", () => act("resume", { request: request.id }).then(() => "")));
  if (can("reject")) made.push(named(words.reject, "quiet", async () => rejectBox(asking(request, "reject"))));
  if (can("download")) request.documents.forEach((one, place) => {
    const name = request.documents.length > 1 ? ` ${place + 1}` : "";
    made.push(named(words.pages + name, "quiet", async () => sheets.open({ ...one }, `${request.id}/documents/${place}`)));
    made.push(named(words.download + name, "quiet", () => download(request, place)));
    if (can("signature")) made.push(named(words.signature + name, "quiet", () => download(request, place, "?beside=1")));
  });
  return [...made, ...smallVerbs(request, can, named)];
}

const asking = (request, name) => ({ about: about(request), send: (body) => act(name, { request: request.id, ...body }) });

function smallVerbs(request, can, named) {
  const made = [];
  if (can("question")) made.push(named(words.question, "quiet", async () => wordsBox("question", asking(request, "question"))));
  if (can("later")) made.push(named(words.later, "quiet", async () => laterBox({ about: about(request), moments: state.later, send: (body) => act("later", { request: request.id, ...body }).then(() => say(words.put_aside)) })));
  if (request.deputies.length) {
    const people = request.deputies.map((one) => [one.id, one.name]);
    made.push(named(words.delegate, "quiet", async () => personBox("delegate", { about: about(request), people, send: ({ person }) => act("delegate", { request: request.id, deputy: person }) })));
  }
  if (can("remind")) made.push(named(words.remind, "quiet", () => act("remind", { request: request.id }).then(() => words.reminded)));
  if (can("reassign")) made.push(named(words.reassign, "quiet", async () => personBox("reassign", { about: about(request), people: signers(), send: ({ person }) => act("reassign", { request: request.id, signer: person }) })));
  if (can("verify")) made.push(Object.assign(document.createElement("a"), { className: "quiet", href: `/v/${request.id}?${query}`, target: "_blank", rel: "noopener", textContent: words.verify }));
  if (can("download")) made.push(named(words.history, "quiet", async () => historyBox({ about: about(request), events: await (await call(`requests/${request.id}/history`)).json() })));
  if (can("evidence")) made.push(named(words.evidence, "quiet", () => save(`requests/${request.id}/evidence`)));
  if (can("cancel")) made.push(named(words.cancel, "quiet", async () => cancelBox(asking(request, "cancel"))));
  return made;
}

function item({ name, facts = "", says = "", later = "", comment = "", talk = [], warnings = [], tone = "" }, acts) {
  const made = find("item").content.firstElementChild.cloneNode(true);
  const part = (kind) => made.querySelector(`.${kind}`);
  part("item-name").textContent = name;
  part("facts").textContent = facts;
  part("says").textContent = says;
  part("later").textContent = later;
  part("comment").textContent = comment;
  part("talk").textContent = talk.join("\n");
  part("warnings").textContent = warnings.join(" · ");
  if (tone) made.classList.add(`is-${tone}`);
  part("acts").append(...acts);
  return made;
}

function requestItem(request) {
  const documents = request.documents.map((one) => `${one.facts} · ${one.fingerprint}`).join("; ");
  const facts = [request.when, documents].filter(Boolean).join(" · ");
  const warnings = request.documents.flatMap((one) => one.warnings);
  return item({ name: about(request), facts, says: request.says, later: request.later, comment: request.comment, talk: request.talk, warnings, tone: request.state }, verbs(request));
}

function fileItem(file) {
  if (file.is_signed && file.request) return item({ name: file.name, says: `${words.signed_file} ${file.request.says}`, tone: "signed" }, verbs(file.request));
  const take = async () => {
    const { request } = await act("take", { place: file.place });
    await look(true);
    return [state.folder.files.find((one) => one.request?.id === request).request];
  };
  const acts = [];
  const named = (text, kind, work) => button(text, kind, work, file.name, file.place);
  if (file.can_ask && isCompact) acts.push(named(words.ask, "button", openLarge));
  else if (file.can_ask && mayself()) acts.push(named(words.self, "button", async () => afterLook(await take(), chooseKey)));
  if (file.can_ask && !isCompact) acts.push(named(words.ask, mayself() ? "quiet" : "button", async () => afterLook(await take(), choose)));
  if (!file.request) return item({ name: file.name, says: file.is_signed ? words.signed_file : words.unasked, tone: "draft" }, acts);
  const made = requestItem(file.request);
  made.querySelector(".acts").prepend(...acts);
  return made;
}

function fill(section, rows, make) {
  const list = find(section).querySelector(".rows");
  const empty = Object.assign(document.createElement("li"), { className: "soft", textContent: list.dataset.empty });
  const items = rows.map(make);
  list.replaceChildren(...(rows.length ? items : [empty]));
  find(section).hidden = false;
  return items;
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
  words.sign_ticked = state.sign_ticked;
  if (state.me.may_sign || state.waiting.length) ticks(state.waiting, fill("waiting", state.waiting, requestItem), { about, sign: chooseKey });
  find("upload").hidden = false;
  fill("mine", state.mine, requestItem);
  find("search").hidden = false;
  deputies(state, { leave: (days) => act("away", days), back: () => act("back", {}) });
  sessions(state.sessions, { out: leave });
}

async function look(now = false) {
  if (isOver || (busy && !now)) return;
  try {
    const fresh = await read();
    const back = returned(state?.waiting, fresh.waiting);
    state = fresh;
    const { turn, ...rest } = state;
    if (JSON.stringify(rest) !== shown) {
      shown = JSON.stringify(rest);
      const { key } = document.activeElement?.dataset ?? {};
      const section = document.activeElement?.closest("section")?.id;
      show();
      if (key) [...document.querySelectorAll(`#${section} [data-key]`)].find((one) => one.dataset.key === key)?.focus({ preventScroll: true });
    }
    if (find("main").ariaBusy === "true") say("");
    find("main").ariaBusy = "false";
    if (back.length) say(words.returned.replace("\u0001", aboutAll(back)));
  } catch (error) {
    say(told(error), true);
    if (error.status === 403) over();
  }
}

// Nobody sits here any more: what was on the desk is taken away.
function over() {
  isOver = true;
  find("main").querySelectorAll("section").forEach((one) => one.remove());
  document.querySelectorAll("dialog[open]").forEach((one) => one.close());
  find("who").textContent = "";
}

async function leave(everywhere) {
  busy = true;
  await post("sign-out", { everywhere });
  over();
  return words.signed_out;
}

async function upload(files) {
  if (!files.length) return;
  say(words.uploading);
  const made = [];
  const troubles = [];
  for (const file of files) {
    try {
      made.push((await act(`upload?name=${encodeURIComponent(file.name)}`, file, { raw: true })).request);
    } catch (error) {
      troubles.push(`${file.name}: ${told(error)}`);
    }
  }
  await look(true);
  say(troubles.join("\n"), troubles.length > 0);
  if (made.length) await Promise.resolve(afterLook(state.mine.filter((one) => made.includes(one.id)), choose)).catch((error) => say(told(error), true));
}

async function join(to) {
  const { address } = await act("join", { to });
  window.open(address, "_blank", "noopener");
}

for (const one of document.querySelectorAll("[data-join]")) {
  const made = button(one.textContent, one.className, () => join(one.dataset.join));
  one.replaceWith(made);
}
search({ fill: (rows) => fill("search", rows, requestItem) });
const drop = find("drop");
find("file").addEventListener("change", ({ target }) => { upload([...target.files]); target.value = ""; });
drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("is-over"); });
drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("is-over"); upload([...event.dataTransfer.files]); });

if (!word) say(words.outside);
else {
  if (isCompact) { find("large").hidden = false; find("large").href = `/desk?${query}#${word}`; }
  await look(true);
  setInterval(() => { if (!document.hidden && !document.querySelector("dialog[open]")) look(); }, LOOK_AGAIN_MS);
}
