// One business process: how it stands, its log, what the action returned and which way the template went on.
import { element, time } from "./pieces.js";

const STATES = { waits: "Waits for the signature", answered: "Answered", "timed out": "Went on without an answer", stopped: "Stopped" };
const NAMES = {
  status: "Status", reason: "Reason", signer: "Signer", signed_at: "Signed at", signed_file: "Signed file",
  signed_file_id: "Number of the file", number: "Request", verification_url: "Check",
  signature_file: "Its signature", signature_file_id: "Number of its signature", automatic: "Sealed automatically", not_automatic: "Why not automatically",
};

export function process({ at, by, state, branch, values, log }) {
  const isSigned = branch === "signed";
  const mark = element("b", { className: `mark${branch ? (isSigned ? " is-good" : " is-bad") : ""}`, textContent: STATES[state] });
  const head = element("p", { className: "process-head" }, mark, element("small", { textContent: `${time(at)} · ${by}` }));
  const lines = log.map((line) => element("li", {}, element("small", { textContent: time(line.at) }), ` ${line.text}`));
  const parts = [head, element("ol", { className: "log" }, ...lines)];
  if (Object.keys(values).length) parts.push(returned(values));
  if (branch) parts.push(element("p", { className: "branch", textContent: isSigned ? "→ signed: the deal moves to the stage Signed" : "→ not signed: the deal stays where it is" }));
  return element("li", {}, ...parts);
}

function returned(values) {
  const rows = Object.entries(values).filter(([, value]) => value !== "");
  const pairs = rows.flatMap(([name, value]) => [element("dt", { textContent: NAMES[name] ?? name }), element("dd", {}, shown(value))]);
  return element("dl", { className: "returned" }, ...pairs);
}

function shown(value) {
  const isLink = /^https?:\/\/\S+$/.test(value);
  return isLink ? element("a", { href: value, target: "_blank", rel: "noopener", textContent: "Check it here" }) : String(value);
}

export function offer(select, choices, usual) {
  if (select.options.length === choices.length + 1) return; // what was chosen stays chosen
  const options = choices.map(({ id, name }) => element("option", { value: id, textContent: name, selected: id === usual }));
  select.replaceChildren(select.options[0], ...options);
}
