// The boxes that the desk asks in: each is a dialog with a form; send(fields) may refuse, and then the box says why.
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
    if (event.submitter?.value !== "send") return dialog.close();
    event.submitter.disabled = true;
    try {
      await send(Object.fromEntries(new FormData(form)));
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

export function ask({ about, signers, steps, days, comment, send }) {
  const form = box("ask", { about, send });
  options(form.elements.signer, signers);
  const tell = () => { find("ask-steps").textContent = steps[form.elements.signer.value] ?? ""; };
  form.elements.signer.onchange = tell;
  tell();
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
