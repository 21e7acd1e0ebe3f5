// Small pieces that the parts of the deal's card are made of.
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function link(file) {
  const size = file.bytes ? ` · ${Math.max(1, Math.round(file.bytes / 1024))} KB` : "";
  return element("a", { href: file.url, target: "_blank", rel: "noopener", textContent: `📄 ${file.name}${size}` });
}

export function time(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
