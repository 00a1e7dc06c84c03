/** Signed notes, their keys, and the policy that says whose signatures are wanted (C2SP signed-note, tlog-cosignature, tlog-policy). */

import { base64, concat, equal, hex, sha256, utf8, type Bytes } from "./bytes";
import { CannotCheck, NotProven } from "./steps";

export const NOTE_KEY = 1;
export const COSIGNATURE_KEY = 4;

export interface Key {
  readonly name: string;
  readonly kind: number;
  readonly id: Bytes;
  readonly bytes: Bytes;
}

export async function parseKey(text: string, step = 2): Promise<Key> {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim());
  if (!found) throw new NotProven(step, "key");
  const [, name, id, encoded] = found as unknown as [string, string, string, string];
  const data = base64(encoded, step);
  const kind = data[0];
  const own = (await sha256(utf8(`${name}\n`), data)).slice(0, 4);
  if (data.length !== 33 || (kind !== NOTE_KEY && kind !== COSIGNATURE_KEY) || hex(own) !== id) throw new NotProven(step, "key");
  return { name, kind, id: own, bytes: data.slice(1) };
}

interface Signature {
  readonly name: string;
  readonly id: Bytes;
  readonly bytes: Bytes;
}

export interface Note {
  readonly text: string;
  readonly signatures: readonly Signature[];
}

export function parseNote(data: Uint8Array): Note {
  let whole: string;
  try {
    whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new NotProven(1, "checkpoint-form");
  }
  const split = whole.lastIndexOf("\n\n");
  const tail = whole.slice(split + 2);
  if (split < 0 || !tail.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw new NotProven(1, "checkpoint-form");
  const signatures = tail.slice(0, -1).split("\n").map((line) => {
    const found = /^— (\S+) (\S+)$/u.exec(line);
    if (!found) throw new NotProven(1, "signature-form");
    const raw = base64(found[2] as string, 1);
    if (raw.length < 5) throw new NotProven(1, "signature-form");
    return { name: found[1] as string, id: raw.slice(0, 4), bytes: raw.slice(4) };
  });
  return { text: whole.slice(0, split + 1), signatures };
}

async function holds(key: Key, message: Bytes, signature: Bytes): Promise<boolean> {
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "DataError") return false;
    throw new CannotCheck();
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

/** The time (seconds since 1970) of the cosignature by `key`, 0 for a note signature, or null where there is no valid one. */
export async function signedBy(note: Note, key: Key): Promise<number | null> {
  const found = note.signatures.filter((one) => one.name === key.name && equal(one.id, key.id));
  const only = found[0];
  if (found.length !== 1 || !only) return null;
  if (key.kind === NOTE_KEY) return (await holds(key, utf8(note.text), only.bytes)) ? 0 : null;
  if (only.bytes.length !== 72) return null;
  const seconds = new DataView(only.bytes.buffer, only.bytes.byteOffset).getBigUint64(0);
  if (seconds > 253402300799n) return null;
  const message = concat(utf8(`cosignature/v1\ntime ${seconds}\n`), utf8(note.text));
  return (await holds(key, message, only.bytes.slice(8))) ? Number(seconds) : null;
}

export interface Policy {
  readonly logs: Key[];
  readonly witnesses: Map<string, Key>;
  readonly groups: Map<string, { least: number; members: string[] }>;
  quorum: string;
}

export async function parsePolicy(text: string): Promise<Policy> {
  const policy: Policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "" };
  const taken = new Set<string>();
  for (const [i, line] of text.split("\n").entries()) {
    const words = line.split(/[ \t\r]+/).filter(Boolean);
    if (words.length && !words[0]?.startsWith("#") && !(await takeLine(policy, words, taken))) throw new NotProven(3, "policy", i + 1);
  }
  if (!policy.quorum) throw new NotProven(3, "policy");
  return policy;
}

async function takeLine(policy: Policy, words: string[], taken: Set<string>): Promise<boolean> {
  const known = (name: string): boolean => policy.witnesses.has(name) || policy.groups.has(name);
  const [verb, name = "", third = "", ...members] = words;
  if (verb === "log" && (words.length === 2 || words.length === 3)) {
    policy.logs.push(await parseKey(name, 3));
    return true;
  }
  if (verb === "quorum" && words.length === 2 && !policy.quorum && (known(name) || name === "none")) {
    policy.quorum = name;
    return true;
  }
  if (name === "none" || known(name)) return false;
  if (verb === "witness" && (words.length === 3 || words.length === 4)) {
    const key = await parseKey(third, 3);
    if (key.kind !== COSIGNATURE_KEY || [...policy.witnesses.values()].some((other) => equal(other.bytes, key.bytes))) return false;
    policy.witnesses.set(name, key);
    return true;
  }
  if (verb !== "group") return false;
  const least = third === "any" ? 1 : third === "all" ? members.length : /^[1-9][0-9]{0,3}$/.test(third) ? Number(third) : 0;
  if (least < 1 || least > members.length || new Set(members).size !== members.length) return false;
  if (!members.every((member) => known(member) && !taken.has(member))) return false;
  members.forEach((member) => taken.add(member));
  policy.groups.set(name, { least, members });
  return true;
}

export function quorumHolds(policy: Policy, name: string, signed: ReadonlySet<string>): boolean {
  if (name === "none") return true;
  const group = policy.groups.get(name);
  if (!group) return signed.has(name);
  return group.members.filter((member) => quorumHolds(policy, member, signed)).length >= group.least;
}
