// Checks in the browser that a document stands in the ledger (docs/spec/checkpoint.md 18 to 21): nothing is believed
// of the server but the file, and the file only as far as its sums and signature hold. Shares no code with the server.

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const utf8 = (text) => new TextEncoder().encode(text);
const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
};
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

// tlog-proof@v1: the entry's line, its place, the path up, the signed note.
export function readProof(text) {
  const cut = text.indexOf("\n\n");
  const [head, extra, index, ...path] = text.slice(0, cut).split("\n");
  if (cut < 0 || head !== "c2sp.org/tlog-proof@v1" || !extra.startsWith("extra ") || !/^index (0|[1-9]\d{0,15})$/.test(index)) throw new Error("proof");
  return {entry: bytes(extra.slice(6)), index: Number(index.slice(6)), path: path.map(bytes), note: text.slice(cut + 2)};
}

// Signed note: text, an empty line, signature lines "— name base64(key id, signature)".
export function readNote(note) {
  const cut = note.indexOf("\n\n");
  const text = note.slice(0, cut + 1), [origin, size, root] = text.split("\n");
  if (cut < 0 || !/^[1-9]\d{0,15}$/.test(size)) throw new Error("note");
  const signatures = note.slice(cut + 2).split("\n").filter(Boolean).map((line) => {
    const match = /^— (\S+) (\S+)$/.exec(line);
    if (!match) throw new Error("note");
    const data = bytes(match[2]);
    return {name: match[1], id: data.slice(0, 4), signature: data.slice(4)};
  });
  return {text, origin, size: Number(size), root: bytes(root), signatures};
}

// RFC 9162, 2.1.3.2.
export async function included(leaf, index, size, path, root) {
  if (!(index >= 0 && index < size) || path.some((node) => node.length !== 32)) return false;
  let here = BigInt(index), last = BigInt(size - 1), node = await sha256(joined([0], leaf));
  for (const sibling of path) {
    if (last === 0n) return false;
    if (here & 1n || here === last) {
      node = await sha256(joined([1], sibling, node));
      while (!(here & 1n) && here) { here >>= 1n; last >>= 1n; }
    } else node = await sha256(joined([1], node, sibling));
    here >>= 1n;
    last >>= 1n;
  }
  return last === 0n && same(node, root);
}

// The ledger's own key stands in its first entry (checkpoint.md 10), and signs under the origin's name.
// true, false, or null where the browser cannot.
async function signed(note, opening) {
  const key = bytes(opening.entry.body.checkpoint_key.split("+").slice(2).join("+"));
  const name = `${opening.entry.body.origin}/${opening.chain.ledger}`;
  if (key[0] !== 1 || key.length !== 33 || note.origin !== name) return false;
  const id = (await sha256(joined(utf8(`${name}\n`), key))).slice(0, 4);
  const line = note.signatures.find((each) => each.name === name && same(each.id, id));
  if (!line) return false;
  let made;
  try {
    made = await crypto.subtle.importKey("raw", key.slice(1), {name: "Ed25519"}, false, ["verify"]);
  } catch {
    return null; // an older browser
  }
  return crypto.subtle.verify({name: "Ed25519"}, made, line.signature, utf8(note.text));
}

// Every check, in order: {entry, number, path, opening, signature} and facts.
// `known`: what the page says beside the file: the document's number, the fingerprint printed on it, the ledger's first.
export async function check(file, known) {
  const found = readProof(file.document), first = readProof(file.opening), note = readNote(found.note);
  const [leaf, root] = [await sha256(found.entry), await sha256(first.entry)];
  const line = JSON.parse(new TextDecoder().decode(found.entry)), opening = JSON.parse(new TextDecoder().decode(first.entry));
  const body = line.entry.body;
  return {
    checks: {
      entry: hex(leaf) === known.fingerprint && line.chain.seq === found.index + 1,
      number: !known.number || body.number === known.number,
      path: await included(leaf, found.index, note.size, found.path, note.root),
      opening: first.note === found.note && opening.chain.ledger === line.chain.ledger && opening.chain.seq === 1 && first.index === 0 && hex(root) === known.pin && opening.entry.body.siren === known.siren && await included(root, 0, note.size, first.path, note.root),
      signature: await signed(note, opening),
    },
    facts: {seq: line.chain.seq, size: note.size, fingerprint: hex(leaf), at: line.chain.at},
  };
}

const place = document.getElementById("proof");
if (place) {
  const verdict = place.querySelector(".verdict"), said = place.dataset;
  try {
    const answer = await fetch(said.proof, {credentials: "same-origin"});
    if (!answer.ok) throw new Error(answer.status);
    const {checks, facts} = await check(await answer.json(), said);
    for (const [name, good] of Object.entries(checks)) if (good !== null) place.querySelector(`[data-check=${name}]`).classList.add(good ? "good" : "bad");
    for (const [name, value] of Object.entries(facts)) place.querySelector(`[data-fact=${name}]`).textContent = name === "at" ? new Date(value).toLocaleString(document.documentElement.lang === "en" ? "en-GB" : "fr-FR") : value;
    place.querySelector("[data-facts]").hidden = false;
    const bad = Object.values(checks).includes(false);
    verdict.classList.add(bad ? "bad" : "good");
    verdict.textContent = bad ? said.bad : checks.signature === null ? said.partial : said.good;
  } catch {
    verdict.textContent = said.away;
  }
}
