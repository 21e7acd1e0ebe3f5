// Builds elements: h("button.key", {onclick}, "text", child…).

/** Return a new element; `spec` is `tag.class.class`, `props` are properties (`data` and `aria-*` included). */
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag || "div");
  element.classList.add(...classes);
  for (const [name, value] of Object.entries(props ?? {})) setProperty(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function setProperty(element, name, value) {
  if (value === null || value === undefined) return;
  if (name === "data") Object.assign(element.dataset, value);
  else if (name === "style" || name.startsWith("aria-") || name === "role") element.setAttribute(name, value);
  else element[name] = value;
}

const PATHS = {
  back: "M15 5l-7 7 7 7", close: "M6 6l12 12M18 6L6 18", clip: "M20 11.5l-8.2 8.2a5.2 5.2 0 0 1-7.4-7.4l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.3 8.3a1.7 1.7 0 0 1-2.5-2.5L14.5 7",
  send: "M4 12l16-8-6 16-3-7zM11 13l9-9", menu: "M4 7h16M4 12h16M4 17h10", reload: "M19 8a8 8 0 1 0 1 6M19 3v5h-5", more: "M5 11.6v.8M12 11.6v.8M19 11.6v.8", plus: "M12 5v14M5 12h14",
};

/** Return an icon as an SVG element. */
export function icon(name) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;
  return holder.content.firstChild;
}

/** Make `children` the children of `parent`, leaving alone those that already stand in their place. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const old of [...parent.childNodes]) if (!wanted.has(old)) old.remove();
  children.forEach((child, index) => {
    if (parent.childNodes[index] !== child) parent.insertBefore(child, parent.childNodes[index] ?? null);
  });
}

/** Return a round button with an icon. */
export function iconButton(name, label, onclick, extra = "") {
  return h(`button.icon-button${extra}`, { type: "button", title: label, "aria-label": label, onclick }, icon(name));
}

/** Return `bytes` in words. */
export function sizeInWords(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const kilo = bytes / 1024;
  return kilo < 1000 ? `${kilo.toFixed(kilo < 10 ? 1 : 0)} KB` : `${(kilo / 1024).toFixed(1)} MB`;
}

/** Return a Unix time as `14:05`. */
export function clockTime(unix) {
  return new Date(unix * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
