// All pages of a document over the whole screen, drawn when they come into sight; a tap zooms.
const find = (id) => document.getElementById(id);

export function pages({ picture, word }) {
  const drawn = new Map();
  const dialog = find("pages");
  const sheets = find("sheets");

  async function load(place, page) {
    const name = `${place}/${page}`;
    if (!drawn.has(name)) {
      const answer = await picture(place, page);
      if (!answer.ok) throw new Error("no picture");
      drawn.set(name, URL.createObjectURL(await answer.blob()));
    }
    return drawn.get(name);
  }

  async function show(image, place, page) {
    try {
      image.src = await load(place, page);
    } catch {
      image.alt = `${word} ${page}`;
    }
  }

  const sight = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      sight.unobserve(entry.target);
      show(entry.target, entry.target.dataset.place, Number(entry.target.dataset.page));
    }
  }, { rootMargin: "300px" });

  function draw(image, place, page) {
    image.dataset.place = place;
    image.dataset.page = page;
    sight.observe(image);
  }

  function sheet(place, page) {
    const figure = document.createElement("figure");
    const button = document.createElement("button");
    const image = document.createElement("img");
    const caption = document.createElement("figcaption");
    button.type = "button";
    button.className = "page";
    image.alt = caption.textContent = `${word} ${page}`;
    image.addEventListener("load", () => button.classList.add("is-drawn"));
    button.addEventListener("click", (event) => zoom(button, event));
    button.append(image);
    figure.append(button, caption);
    draw(image, place, page);
    return figure;
  }

  function zoom(button, event) {
    const before = button.getBoundingClientRect();
    const across = event.detail ? (event.clientX - before.left) / before.width : 0.5;
    const down = event.detail ? (event.clientY - before.top) / before.height : 0;
    sheets.classList.toggle("is-zoomed");
    const after = button.getBoundingClientRect();
    sheets.scrollBy(after.left + after.width * across - innerWidth / 2, after.top + after.height * down - innerHeight / 2);
  }

  function open(one, place) {
    find("pages-title").textContent = one.name;
    find("sha256").textContent = one.sha256;
    sheets.classList.remove("is-zoomed");
    sheets.replaceChildren(...Array.from({ length: one.pages }, (_, page) => sheet(place, page + 1)));
    dialog.showModal();
    sheets.scrollTo(0, 0);
  }

  find("pages-close").addEventListener("click", () => dialog.close());
  return { open, draw };
}
