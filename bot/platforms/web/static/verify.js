// A file dropped on the form is checked at once.
const drop = document.getElementById("drop");
const form = document.getElementById("verify");
const input = drop.querySelector("input");
const chosen = document.getElementById("chosen");

function send() {
  if (!input.files.length) return;
  chosen.textContent = `${input.files[0].name} · ${chosen.dataset.wait}`;
  document.getElementById("check").disabled = true;
  form.submit();
}

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
}
drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("is-over");
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  send();
});
input.addEventListener("change", send);
addEventListener("pageshow", () => { document.getElementById("check").disabled = false; });
