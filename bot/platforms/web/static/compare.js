// Compares a file with the fingerprints on the page, inside the browser: nothing is sent.
const drop = document.getElementById("drop");
const outcome = document.getElementById("outcome");

async function compare(file) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const found = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const signed = [...document.querySelectorAll("[data-sha256]")];
  const same = signed.some((one) => one.dataset.sha256.split(" ").includes(found));
  const original = signed.some((one) => one.dataset.original === found);
  outcome.textContent = same ? outcome.dataset.same : original ? outcome.dataset.original : outcome.dataset.other;
  outcome.className = `notice ${same ? "good" : original ? "" : "bad"}`;
  outcome.hidden = false;
}

if (drop && crypto.subtle) {
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    if (event.dataTransfer.files.length) compare(event.dataTransfer.files[0]);
  });
  document.getElementById("compared").addEventListener("change", (event) => {
    if (event.target.files.length) compare(event.target.files[0]);
  });
}
