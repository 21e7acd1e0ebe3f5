// RFC 6238 in the browser, as an authenticator app does it.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Return `{label, issuer, secret, period_s, digits}` of an otpauth:// link or a bare base32 key. Throws on nonsense. */
export function readAccount(text) {
  const source = text.trim();
  if (!/^otpauth:/i.test(source)) return account({ label: "Countersign", issuer: "", secret: source });
  const link = new URL(source.replace(/^otpauth:/i, "http:"));
  if (link.host !== "totp") throw new Error("Only time-based codes (otpauth://totp) work here");
  const [issuer, label] = decodeURIComponent(link.pathname.slice(1)).split(/:\s*/);
  const read = (name, otherwise) => link.searchParams.get(name) ?? otherwise;
  return account({
    label: label ?? issuer, issuer: read("issuer", label ? issuer : ""), secret: read("secret", ""),
    period_s: Number(read("period", 30)), digits: Number(read("digits", 6)), algorithm: read("algorithm", "SHA1"),
  });
}

function account({ label, issuer, secret, period_s = 30, digits = 6, algorithm = "SHA1" }) {
  const clean = secret.replaceAll(/[\s-]/g, "").replace(/=+$/, "").toUpperCase();
  if (!/^[A-Z2-7]{16,}$/.test(clean)) throw new Error("This is no otpauth:// link and no key");
  return { label, issuer, secret: clean, period_s, digits, hash: algorithm.replace("SHA", "SHA-") };
}

/** Return the code of `account` for the time step number `step`. */
export async function codeAt(account, step) {
  const key = await crypto.subtle.importKey("raw", bytes(account.secret), { name: "HMAC", hash: account.hash }, false, ["sign"]);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter.buffer));
  const offset = mac.getUint8(mac.byteLength - 1) & 15;
  const number = (mac.getUint32(offset) & 0x7fffffff) % 10 ** account.digits;
  return String(number).padStart(account.digits, "0");
}

function bytes(secret) {
  let bits = 0;
  let value = 0;
  const found = [];
  for (const letter of secret) {
    value = ((value << 5) | ALPHABET.indexOf(letter)) & 0xfffff;
    bits += 5;
    if (bits >= 8) found.push((value >> (bits -= 8)) & 255);
  }
  return new Uint8Array(found);
}
