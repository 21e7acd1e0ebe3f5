// Assembles the table: waits for the start, then phones, authenticators, and the panel of the outside world.
import { h } from "./dom.js";
import { Authenticator } from "./authenticator.js";
import { Deal } from "./deal.js";
import { fullName } from "./message.js";
import { Outside } from "./outside.js";
import { Screen } from "./screen.js";
import { ask, follow, Phone } from "./world.js";

const LOOK_AGAIN_MS = 400;
const SHOWN_FIRST = 2;
const ROOM_FOR_THREE_PX = 1360;

async function started() {
  const cover = document.querySelector("#starting");
  for (;;) {
    const { ready, steps } = await ask("/world/progress").catch(() => ({ ready: false, steps: [] }));
    document.querySelector("#steps").replaceChildren(...steps.map((step) => h(step.done ? "li.is-done" : "li", {}, step.name)));
    if (ready) break;
    await new Promise((resolve) => { setTimeout(resolve, LOOK_AGAIN_MS); });
  }
  cover.classList.add("is-over");
  setTimeout(() => { cover.hidden = true; }, LOOK_AGAIN_MS);
}

function seatFor(person, config) {
  const phone = new Phone(person);
  const screen = new Screen({ phone, bot: config.bot });
  screen.samples = config.samples;
  const seat = { phone, screen, person };
  seat.authenticator = new Authenticator({ person, role: person.role, screen });
  seat.column = h("article.seat-column", { "aria-label": `Phone of ${fullName(person)}` },
    h("div.seat-name", {}, h("b", {}, person.role || person.first_name), fullName(person)),
    h("div.phone", {}, screen.element));
  screen.onSecret = {
    scanned: (_id, uri) => catchKey(seat, uri),
    said: (_id, text) => seat.authenticator.said(text),
  };
  seat.settle = (isShown) => {
    seat.authenticator.element.hidden = !isShown || !seat.usesCodes;
    if (isShown) requestAnimationFrame(() => seat.screen.toEnd());
  };
  return seat;
}

async function catchKey(seat, uri) {
  try {
    await seat.authenticator.add(uri);
    seat.authenticator.element.hidden = false;
    seat.screen.toast("Key added to the authenticator");
  } catch (wrong) {
    seat.screen.toast(wrong.message);
  }
}

function setTable(seats, shown) {
  const table = document.querySelector("#phones"), columns = seats.filter((seat) => shown.has(seat)).map((seat) => seat.column);
  // What is laid down anew loads the page it shows anew: only who comes or goes is moved.
  for (const column of [...table.children]) if (!columns.includes(column)) column.remove();
  columns.forEach((column, place) => { if (table.children[place] !== column) table.insertBefore(column, table.children[place] ?? null); });
  const buttons = seats.map((seat) => seatButton(seat, seats, shown));
  document.querySelector("#seats").replaceChildren(...buttons);
  for (const seat of seats) seat.settle(shown.has(seat));
}

function seatButton(seat, seats, shown) {
  const toggle = () => {
    if (!shown.delete(seat)) shown.add(seat);
    if (!shown.size) shown.add(seat);
    seat.news = 0;
    setTable(seats, shown);
    if (shown.has(seat)) seat.column.scrollIntoView({ behavior: "smooth", block: "nearest", inline: "nearest" });
  };
  const news = seat.news && !shown.has(seat) ? h("span.badge", {}, seat.news) : null;
  return h("button.seat", { type: "button", "aria-pressed": String(shown.has(seat)), onclick: toggle }, seat.person.role || seat.person.first_name, news);
}

function countNews(change, seats, shown) {
  if (change.kind !== "message") return;
  const hidden = seats.filter((seat) => !shown.has(seat) && change.people.includes(seat.person.id));
  for (const seat of hidden) if (change.message.from.id !== seat.person.id) seat.news = (seat.news ?? 0) + 1;
  if (hidden.length) setTable(seats, shown);
}

function setUpTheme(onChange) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.theme = localStorage.getItem("theme") ?? (dark.matches ? "dark" : "light");
    onChange(document.documentElement.dataset.theme);
  };
  dark.addEventListener("change", apply);
  document.querySelector("#theme").onclick = () => {
    localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    apply();
  };
  apply();
}

async function main() {
  let deal = null;
  setUpTheme((theme) => deal?.dress(theme));
  await started();
  const config = await ask("/world/config");
  const seats = config.people.map((person) => seatFor(person, config));
  for (const seat of seats) seat.usesCodes = seat.person.authenticator;
  const shown = new Set(seats.slice(0, SHOWN_FIRST));
  const places = [...seats];
  if (config.portal) {
    deal = new Deal(config.portal);
    deal.dress(document.documentElement.dataset.theme);
    places.unshift(deal);
    if (innerWidth >= ROOM_FOR_THREE_PX) shown.add(deal);
  }
  const outside = new Outside(config.outside);
  document.querySelector("#side").append(...seats.map((seat) => seat.authenticator.element), outside.element);
  setTable(places, shown);
  await follow(seats.map((seat) => seat.phone), (change) => {
    if (change.kind === "code") for (const seat of seats) seat.authenticator.said(change.code);
    countNews(change, places, shown);
    outside.refresh();
  });
}

main();
