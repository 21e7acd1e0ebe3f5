// Six digits from big keys, a real keyboard or the clipboard; complete(code) is called once they are there.
const LENGTH = 6;
const PAUSE_MS = 420;
const find = (id) => document.getElementById(id);

export function keypad({ complete }) {
  const input = find("code");
  const boxes = [...document.querySelectorAll(".boxes i")];
  const form = find("entry");
  let checking = false;

  function draw() {
    boxes.forEach((box, place) => {
      box.textContent = input.value[place] ?? "";
      box.classList.toggle("is-next", place === input.value.length);
    });
  }

  function put(text) {
    if (checking) return;
    form.classList.remove("is-wrong");
    input.value = text.replace(/[^0-9]/g, "").slice(0, LENGTH);
    if (input.value) find("problem").textContent = "";
    draw();
    if (input.value.length === LENGTH) submit();
  }

  function lock(on) {
    checking = on;
    input.readOnly = on;
    form.classList.toggle("is-checking", on);
    for (const key of form.querySelectorAll("button")) key.disabled = on;
  }

  async function submit() {
    lock(true);
    await complete(input.value);
    lock(false);
  }

  function refuse(text) {
    form.classList.add("is-wrong");
    find("problem").textContent = text;
    input.value = "";
    setTimeout(() => { draw(); input.focus({ preventScroll: true }); }, PAUSE_MS);
  }

  input.addEventListener("input", () => put(input.value));
  input.addEventListener("paste", (event) => {
    event.preventDefault();
    put(event.clipboardData.getData("text"));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  find("keypad").addEventListener("click", ({ target }) => {
    const key = target.dataset.key;
    if (key) put(key === "back" ? input.value.slice(0, -1) : input.value + key);
  });
  document.addEventListener("keydown", (event) => {
    if (document.activeElement === input || event.ctrlKey || event.metaKey || find("pages")?.open) return;
    if (/^[0-9]$/.test(event.key)) put(input.value + event.key);
    else if (event.key === "Backspace") put(input.value.slice(0, -1));
  });
  draw();
  return { refuse };
}
