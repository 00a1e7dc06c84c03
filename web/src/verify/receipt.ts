/**
 * A receipt, checked in the browser: nothing is sent anywhere.
 *
 * Trust: this script, the browser's WebCrypto, and where the log's key and the policy come from. The same five steps as
 * verify/receipt.py; the tests hold the two against each other.
 */

import { base64, equal, sha256, utf8, type Bytes } from "./bytes";
import { NOTE_KEY, parseKey, parseNote, parsePolicy, quorumHolds, signedBy, type Key, type Note, type Policy } from "./note";
import { CannotCheck, NotProven } from "./steps";

export { CannotCheck, NotProven, parseKey, parsePolicy };

const LARGEST_FILE = 4_000_000;
const SALT = 32;
const ZERO = new Uint8Array([0]);
const ONE = new Uint8Array([1]);

export interface Proven {
  readonly origin: string;
  readonly index: bigint;
  readonly size: bigint;
  readonly entry: Bytes;
  readonly witnesses: Map<string, number>;
  readonly document: Record<string, unknown> | null;
}

interface Receipt {
  readonly index: bigint;
  readonly path: Bytes[];
  readonly note: Note;
  readonly origin: string;
  readonly size: bigint;
  readonly root: Bytes;
  readonly extra: Bytes | null;
}

/** Step 1: take the file apart. */
function parse(data: Uint8Array): Receipt {
  const split = data.findIndex((byte, i) => byte === 10 && data[i + 1] === 10);
  if (split < 0 || data.length > LARGEST_FILE) throw new NotProven(1, "no-receipt");
  const lines = new TextDecoder().decode(data.subarray(0, split)).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1" || lines[0] === undefined) throw new NotProven(1, "no-receipt");
  const extra = lines[0].startsWith("extra ") ? base64((lines.shift() as string).slice(6), 1) : null;
  const found = /^index (0|[1-9][0-9]{0,18})$/.exec(lines.shift() ?? "");
  const path = lines.map((line) => base64(line, 1));
  if (!found || path.length > 63 || path.some((part) => part.length !== 32)) throw new NotProven(1, "proof-form");
  const note = parseNote(data.subarray(split + 2));
  const [origin, size, root, ...rest] = note.text.split("\n");
  if (!origin || !size || !root || !rest.length || !/^(0|[1-9][0-9]{0,18})$/.test(size)) throw new NotProven(1, "checkpoint-form");
  const rootHash = base64(root, 1);
  if (rootHash.length !== 32) throw new NotProven(1, "checkpoint-form");
  return { index: BigInt(found[1] as string), path, note, origin, size: BigInt(size), root: rootHash, extra };
}

/** The root that `path` leads to from `leaf` (RFC 9162, section 2.1.3.2), or null if its length is wrong. */
export async function rootFrom(index: bigint, size: bigint, leaf: Bytes, path: readonly Bytes[]): Promise<Bytes | null> {
  if (index >= size) return null;
  let node = index;
  let last = size - 1n;
  let value = leaf;
  for (const part of path) {
    if (last === 0n) return null;
    if (node & 1n || node === last) {
      value = await sha256(ONE, part, value);
      while (!(node & 1n) && node) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      value = await sha256(ONE, value, part);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? value : null;
}

/** Go through the five steps; rejects with NotProven at the first that fails, with CannotCheck where the browser lacks the means. */
export async function check(data: Uint8Array, logs: readonly Key[], policy: Policy | null = null, given: Bytes | null = null): Promise<Proven> {
  if (!globalThis.crypto?.subtle) throw new CannotCheck();
  const receipt = parse(data); // 1
  await checkLog(receipt, logs); // 2
  const witnesses = await checkWitnesses(receipt, policy); // 3
  let entry = given;
  let document: Record<string, unknown> | null = null;
  if (receipt.extra) { // 4
    if (receipt.extra.length <= SALT) throw new NotProven(4, "no-document");
    entry = await sha256(utf8("mingtang/act/v1\n"), receipt.extra);
    if (given && !equal(given, entry)) throw new NotProven(4, "entry-differs");
    document = readDocument(receipt.extra.subarray(SALT));
  }
  if (!entry) throw new NotProven(4, "entry-missing");
  const root = await rootFrom(receipt.index, receipt.size, await sha256(ZERO, entry), receipt.path);
  if (!root || !equal(root, receipt.root)) throw new NotProven(5, "root"); // 5
  return { origin: receipt.origin, index: receipt.index, size: receipt.size, entry, witnesses, document };
}

async function checkLog(receipt: Receipt, logs: readonly Key[]): Promise<void> {
  for (const key of logs) {
    if (key.kind === NOTE_KEY && (await signedBy(receipt.note, key)) !== null) {
      if (key.name !== receipt.origin) throw new NotProven(2, "origin");
      return;
    }
  }
  throw new NotProven(2, "log-signature");
}

async function checkWitnesses(receipt: Receipt, policy: Policy | null): Promise<Map<string, number>> {
  const signed = new Map<string, number>();
  if (!policy) return signed;
  for (const [name, key] of policy.witnesses) {
    const time = await signedBy(receipt.note, key);
    if (time !== null) signed.set(name, time);
  }
  if (!quorumHolds(policy, policy.quorum, new Set(signed.keys()))) throw new NotProven(3, "quorum");
  return signed;
}

function readDocument(data: Uint8Array): Record<string, unknown> {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data));
  } catch {
    throw new NotProven(4, "document-form");
  }
  const fields = ["id", "kind", "subject", "at"];
  if (typeof found !== "object" || found === null || Array.isArray(found) || !fields.every((name) => Object.hasOwn(found as object, name))) {
    throw new NotProven(4, "document-form");
  }
  return found as Record<string, unknown>;
}
