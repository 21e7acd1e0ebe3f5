// Buttons that copy the text of another element: <button data-copy="id" data-copied="Copied" hidden>.
export function offerCopies(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const lines = source.querySelectorAll("li");
  const text = lines.length ? [...lines].map((line) => line.textContent.trim()).join("\n") : source.textContent.replaceAll(" ", "");
  try {
    await navigator.clipboard.writeText(text);
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 1600);
  } catch {
    getSelection().selectAllChildren(source);
  }
}
