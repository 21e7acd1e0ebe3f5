// Enrolment: countdown, copying, and a wrong code told in place, so that the QR stays on the screen.
import { offerCopies } from "./copying.js";

const STEP_S = 30;
const find = (id) => document.getElementById(id);

function countDown(clock) {
  const until = Date.now() + Number(clock.dataset.seconds) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.round((until - Date.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.classList.toggle("is-short", left < 60);
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
}

function hintNextCode() {
  const hint = find("wait");
  let firstStep = null;
  const step = () => Math.floor(Date.now() / 1000 / STEP_S);
  const tick = () => {
    if (!hint.isConnected) return;
    const complete = find("first").value.replace(/\s/g, "").length === 6;
    firstStep = complete ? firstStep ?? step() : null;
    const left = STEP_S - Math.floor(Date.now() / 1000) % STEP_S;
    const waits = firstStep !== null && step() === firstStep;
    hint.textContent = firstStep === null ? "" : waits ? hint.dataset.wait.replace("{s}", left) : hint.dataset.now;
    setTimeout(tick, 500);
  };
  tick();
}

async function finish(event) {
  event.preventDefault();
  const form = event.currentTarget;
  find("finish").disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    form.submit();
  } finally {
    if (find("finish")) find("finish").disabled = false;
  }
}

function show(page) {
  const problem = page.getElementById("problem");
  if (problem && !problem.hidden) {
    find("problem").textContent = problem.textContent;
    find("problem").hidden = false;
    find("first").value = find("second").value = "";
    find("first").focus();
    return;
  }
  find("main").replaceChildren(...page.getElementById("main").children);
  document.title = page.title;
  prepare();
  scrollTo(0, 0);
  document.querySelector("h1")?.focus();
}

function prepare() {
  offerCopies(document);
  const print_button = find("print");
  if (print_button) {
    print_button.hidden = false;
    print_button.addEventListener("click", () => print());
  }
  if (!find("codes")) return;
  find("timezone").value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  find("codes").addEventListener("submit", finish);
  find("first").addEventListener("input", (event) => {
    if (event.target.value.replace(/\s/g, "").length === 6) find("second").focus();
  });
  if (find("countdown")) countDown(find("countdown"));
  hintNextCode();
}

prepare();
