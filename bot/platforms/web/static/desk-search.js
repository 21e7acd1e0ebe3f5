// What people remember of a request, asked of the server: a page of what fits, newest first.
import { button, call, say, told, words } from "./desk-calls.js";

const find = (id) => document.getElementById(id);

export function search({ fill }) {
  const form = find("search").querySelector("form");
  let asked = "";

  async function look(page) {
    const wanted = asked;
    const found = await (await call(`search?words=${encodeURIComponent(wanted)}&page=${page}`)).json();
    if (wanted !== asked) return; // something else is searched for by now
    find("found-head").textContent = found.head;
    find("search").querySelector(".rows").hidden = false;
    fill(found.rows);
    const place = Object.assign(document.createElement("span"), { className: "soft small", textContent: found.place });
    find("found-pages").replaceChildren(...leaf(words.newer, found.newer), place, ...leaf(words.older, found.older));
  }

  // The button that was pressed is gone afterwards, so the focus goes to the head of what came.
  function leaf(text, page) {
    return page === null ? [] : [button(text, "quiet", async () => { await look(page); find("found-head").focus(); })];
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    asked = form.elements.words.value;
    try { await look(0); say(""); } catch (error) { say(told(error), true); }
  });
}
