// The boxes that the desk asks in: each is a dialog with a form; send(fields, pressed) may refuse, and then the box says why.
const find = (id) => document.getElementById(id);

function options(select, pairs) {
  select.replaceChildren(...pairs.map(([value, text]) => Object.assign(document.createElement("option"), { value, textContent: text })));
}

function box(id, { about, send }) {
  const dialog = find(id);
  const form = dialog.querySelector("form");
  const problem = dialog.querySelector(".problem");
  dialog.querySelector("[data-about]").textContent = about;
  if (problem) problem.textContent = "";
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (!event.submitter?.value) return dialog.close();
    event.submitter.disabled = true;
    try {
      await send(Object.fromEntries(new FormData(form)), event.submitter.value);
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      event.submitter.disabled = false;
    }
  };
  dialog.showModal();
  return form;
}

// `amount` is there where it decides who may be chosen: its tell(text) may refuse, and answers the choices of then.
export function ask({ about, choices, amount, days, comment, send }) {
  let telling = Promise.resolve();
  const form = box("ask", { about, send: async (fields) => { await telling; await send(fields); } });
  const { signer } = form.elements;
  let steps = {};
  const tell = () => { find("ask-steps").textContent = steps[signer.value] ?? ""; };
  const fill = ({ signers, steps: told }) => { options(signer, signers); steps = told; tell(); };
  signer.onchange = tell;
  fill(choices);
  find("ask-amount").hidden = !amount;
  find("ask-amount").querySelector("span").textContent = amount?.question ?? "";
  form.elements.amount.value = amount?.value ?? "";
  form.elements.amount.onchange = ({ target }) => {
    const problem = form.querySelector(".problem");
    problem.textContent = "";
    telling = target.value.trim() ? amount.tell(target.value).then(fill) : Promise.resolve();
    telling.catch((error) => { problem.textContent = error.message; });
  };
  options(form.elements.days, days);
  form.elements.days.value = days.at(-1)[0];
  form.elements.comment.value = comment;
}

export function keyBox({ about, keys, send }) {
  options(box("key", { about, send }).elements.key, keys.map((one) => [one.label, one.text]));
}

export function rejectBox({ about, send }) {
  const form = box("reject", { about, send: ({ code, reason }) => send({ reason: reason.trim() || code }) });
  form.elements.reason.value = "";
}

export function agreeBox({ about, send }) {
  box("agree", { about, send });
}

export function cancelBox({ about, send }) {
  box("cancel", { about, send });
}

// Each moment is a button of its own.
export function laterBox({ about, moments, send }) {
  find("later-moments").replaceChildren(...moments.map((one) => Object.assign(document.createElement("button"), { className: "button", value: one.id, textContent: one.text })));
  box("later", { about, send: (_, until) => send({ until }) });
}

// A question or an answer: which of the two stands in the box's own data.
export function wordsBox(kind, { about, send }) {
  const dialog = find("words-box");
  find("words-title").textContent = dialog.dataset[kind];
  find("words-hint").textContent = kind === "question" ? dialog.dataset.hint : "";
  box("words-box", { about, send }).elements.text.value = "";
}

// Another person: a deputy who takes over, or a signer who is asked instead.
export function personBox(kind, { about, people, send }) {
  const dialog = find("person-box");
  find("person-title").textContent = dialog.dataset[kind];
  find("person-hint").textContent = kind === "delegate" ? dialog.dataset.hint : "";
  const form = box("person-box", { about, send });
  form.querySelector("[value=send]").textContent = dialog.dataset[`${kind}Send`];
  options(form.elements.person, people);
}

export function awayBox({ today, deputies, nobody, send }) {
  const form = box("away-box", { about: find("deputies-about").textContent, send });
  options(form.elements.deputy, [...deputies.map((one) => [one.id, one.name]), ["", nobody]]);
  for (const name of ["first", "last"]) Object.assign(form.elements[name], { value: today, min: today });
  form.elements.ground.value = "";
}

export function historyBox({ about, events }) {
  box("history", { about, send: async () => {} });
  find("history").querySelector(".events").replaceChildren(...events.map(({ at, text }) => {
    const made = document.createElement("li");
    made.append(Object.assign(document.createElement("span"), { className: "soft small", textContent: at }), ` ${text}`);
    return made;
  }));
}

export function codeWindow(address, over) {
  const dialog = find("code-window");
  const frame = dialog.querySelector("iframe");
  frame.src = address;
  const end = ({ origin, data }) => {
    if (origin === location.origin && data === "countersign:close") dialog.close();
  };
  addEventListener("message", end);
  dialog.onclose = () => {
    removeEventListener("message", end);
    frame.removeAttribute("src");
    over();
  };
  dialog.showModal();
}
