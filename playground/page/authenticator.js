// The authenticator app beside a phone: one code per account, its seconds, and which codes are spent.
import { h, iconButton } from "./dom.js";
import { codeAt, readAccount } from "./totp.js";
import { ask } from "./world.js";

const AROUND = 2 * Math.PI * 17;

export class Authenticator {
  constructor({ person, role, screen }) {
    Object.assign(this, { person, screen, accounts: [] });
    this.list = h("div");
    this.adding = h("div");
    const title = h("h2", {}, "Authenticator", h("small", {}, `on the phone of ${role ? `the ${role}` : person.first_name}`));
    this.element = h("section.panel.authenticator", { "aria-label": `Authenticator of ${person.first_name}` },
      h("header", {}, title, iconButton("plus", "Add account", () => this.offerAdding())), this.adding, this.list);
    this.load();
    setInterval(() => this.tick(), 500);
  }

  get address() {
    return `/world/people/${this.person.id}/authenticator`;
  }

  async load() {
    this.take(await ask(this.address));
  }

  take(entries) {
    this.accounts = entries.map((entry) => ({ ...readAccount(entry.uri), uri: entry.uri, spent: entry.spent_step, rows: null }));
    const empty = h("p.empty", {}, "No account yet. Open the enrolment page on the phone and tap its button, or add the key with +.");
    this.list.replaceChildren(...(this.accounts.length ? this.accounts.map((account) => this.row(account)) : [empty]));
    this.tick();
  }

  row(account) {
    account.code = h("button.code", { type: "button", title: "Tap to copy; on the code page it is filled in" });
    account.before = h("button.code-before", { type: "button", title: "The code before: still good for one step" });
    account.ring = h("span", { innerHTML: `<svg class="ring" viewBox="0 0 42 42" role="timer"><circle cx="21" cy="21" r="17"/><circle cx="21" cy="21" r="17" stroke-dasharray="${AROUND}"/><text x="21" y="21"></text></svg>` });
    account.note = h("span");
    account.code.onclick = () => this.use(account, account.step);
    account.before.onclick = () => this.use(account, account.step - 1);
    return h("div.account", {}, h("span.account-name", {}, [account.issuer, account.label].filter(Boolean).join(" · ")),
      account.code, account.ring, h("span.code-note", {}, account.before, account.note));
  }

  tick() {
    for (const account of this.accounts) this.tickOne(account);
  }

  async tickOne(account) {
    const now = Date.now() / 1000;
    const step = Math.floor(now / account.period_s);
    const left = account.period_s - (now % account.period_s);
    if (step !== account.step) {
      account.step = step;
      [account.now, account.last] = await Promise.all([codeAt(account, step), codeAt(account, step - 1)]);
    }
    this.showCodes(account, Math.ceil(left));
  }

  showCodes(account, left) {
    const isSpent = account.spent >= account.step;
    account.code.textContent = `${account.now.slice(0, 3)} ${account.now.slice(3)}`;
    account.before.textContent = `${account.last.slice(0, 3)} ${account.last.slice(3)}`;
    account.code.classList.toggle("is-spent", isSpent);
    account.before.classList.toggle("is-spent", account.spent >= account.step - 1);
    account.note.textContent = isSpent ? `spent; a new code in ${left} s` : "the code before";
    const ring = account.ring.firstChild;
    ring.classList.toggle("is-late", left <= 5);
    ring.querySelector("circle + circle").style.strokeDashoffset = AROUND * (1 - left / account.period_s);
    ring.querySelector("text").textContent = left;
  }

  async use(account, step) {
    const code = step === account.step ? account.now : account.last;
    if (!fillIn(this.screen.sheet?.frame, code)) await navigator.clipboard?.writeText(code).catch(() => {});
    await this.spend(account, step);
  }

  async spend(account, step) {
    account.spent = Math.max(account.spent, step);
    this.tick();
    await ask(this.address, { uri: account.uri, spent_step: account.spent });
  }

  /** The person wrote `text` into a chat: a code in it is spent. */
  said(text) {
    const code = text.replaceAll(/\s/g, "");
    for (const account of this.accounts) {
      if (code === account.now) this.spend(account, account.step);
      else if (code === account.last) this.spend(account, account.step - 1);
    }
  }

  /** Add the account of an otpauth:// link or a key. */
  async add(text) {
    readAccount(text);
    this.take(await ask(this.address, { uri: text.trim(), spent_step: 0 }));
    this.adding.replaceChildren();
  }

  offerAdding() {
    if (this.adding.firstChild) return this.adding.replaceChildren();
    const input = h("input.field", { placeholder: "otpauth://… or the key in letters", "aria-label": "otpauth link or key" });
    const complaint = h("span.complaint", { role: "alert" });
    const add = () => this.add(input.value).catch((wrong) => { complaint.textContent = wrong.message; });
    input.onkeydown = (event) => { if (event.key === "Enter") add(); };
    this.adding.replaceChildren(h("div.add-account", {}, h("div", {}, input, h("button.strong", { type: "button", onclick: add }, "Add")), complaint));
    return input.focus();
  }
}

// What phones call autofill: the open page's one-time-code field gets the code.
function fillIn(frame, code) {
  let field;
  try {
    field = frame?.contentDocument?.querySelector("input[autocomplete='one-time-code']");
  } catch {
    return false;
  }
  if (!field) return false;
  field.value = code;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}
