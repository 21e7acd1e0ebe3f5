// The portal's places, as a row of links on top of each of its pages; the theme goes along in the hash.
const PLACES = [["/", "Deal"], ["/chat", "Messenger"]];

const row = document.createElement("nav");
row.className = "places";
row.setAttribute("aria-label", "Places in the portal");
for (const [path, name] of PLACES) {
  const link = Object.assign(document.createElement("a"), { href: path, textContent: name });
  if (location.pathname === path) link.setAttribute("aria-current", "page");
  link.onclick = () => { link.hash = location.hash; };
  row.append(link);
}
document.querySelector("header").prepend(row);
