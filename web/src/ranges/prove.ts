// Range proofs in the browser: that a committed number is at most, or at least, a limit. The format is docs/specs/ranges.md; the city checks it
// in Python. EXPERIMENTAL: not free of timing channels; nothing of legal effect may hang on it alone.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

type Point = InstanceType<typeof ed25519.Point>;

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const DOMAIN = new TextEncoder().encode("mingtang-range-v1");
const G = ed25519.Point.BASE;
// Found anew from its text by the Python engine's tests.
const H = ed25519.Point.fromHex("92516b5e9a02001d7f70a241cd41ed0d635dcde3c7a025436e1d8ace5610b6e3");

export interface Statement {
  side: "at_most" | "at_least";
  limit: number;
  bits: 8 | 16 | 32;
}

/** The statement is not true of the value: there is no proof of it. */
export class NotProvable extends Error {}

const mod = (n: bigint): bigint => ((n % ORDER) + ORDER) % ORDER;
const times = (point: Point, n: bigint): Point => (n === 0n ? ed25519.Point.ZERO : point.multiply(n));

function little(bytes: Uint8Array): bigint {
  let n = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) n = (n << 8n) | BigInt(bytes[i]!);
  return n;
}

function bytesOf(n: bigint, length: number, bigEndian = false): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++, n >>= 8n) out[bigEndian ? length - 1 - i : i] = Number(n & 255n);
  return out;
}

function joined(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A fresh number below the order, from 64 random bytes. */
export function newBlinding(): bigint {
  return mod(little(crypto.getRandomValues(new Uint8Array(64))));
}

const committed = (value: bigint, blinding: bigint): Point => times(G, value).add(times(H, blinding));

/** The commitment to `value`, 32 bytes. */
export function commit(value: number, blinding: bigint): Uint8Array {
  return committed(BigInt(value), blinding).toBytes();
}

/** The proof that `commit(value, blinding)` satisfies `statement`, bound to `tag`: 128 bytes a bit. Throws NotProvable where it does not. */
export function prove(value: number, blinding: bigint, statement: Statement, tag: Uint8Array): Uint8Array {
  const { side, limit, bits: width } = statement;
  const difference = side === "at_most" ? limit - value : value - limit;
  const top = 2 ** width;
  if (![value, limit, difference].every((n) => Number.isInteger(n) && n >= 0 && n < top)) throw new NotProvable();
  const bits = Array.from({ length: width }, (_, i) => Math.floor(difference / 2 ** i) % 2);
  const blindings = bits.map(() => newBlinding());
  const own = side === "at_most" ? -blinding : blinding;
  blindings[0] = mod(own - blindings.reduce((sum, r, i) => (i ? sum + (r << BigInt(i)) : sum), 0n));
  const points = bits.map((bit, i) => committed(BigInt(bit), blindings[i]!));
  const drawn = bits.map(() => ({ nonce: newBlinding(), other: newBlinding(), answer: newBlinding() }));
  const first: Point[] = [];
  bits.forEach((bit, i) => {
    const { nonce, other, answer } = drawn[i]!;
    const foreign = bit ? points[i]! : points[i]!.subtract(G);
    const simulated = times(H, answer).subtract(times(foreign, other));
    const real = times(H, nonce);
    first.push(...(bit ? [simulated, real] : [real, simulated]));
  });
  const whole = challenge(statement, tag, committed(BigInt(value), blinding), points, first);
  const parts = [bytesOf(whole, 32), ...points.slice(1).map((point) => point.toBytes())];
  bits.forEach((bit, i) => {
    const { nonce, other, answer } = drawn[i]!;
    const mine = mod(whole - other);
    const shown = mod(nonce + mine * blindings[i]!);
    parts.push(...(bit ? [other, answer, shown] : [mine, shown, answer]).map((n) => bytesOf(n, 32)));
  });
  return joined(parts);
}

function challenge(statement: Statement, tag: Uint8Array, commitment: Point, points: Point[], first: Point[]): bigint {
  const head = joined([Uint8Array.of(statement.side === "at_most" ? 0 : 1, statement.bits), bytesOf(BigInt(statement.limit), 8, true)]);
  const sent = [H, commitment, ...points, ...first].map((point) => point.toBytes());
  return mod(little(sha512(joined([DOMAIN, head, bytesOf(BigInt(tag.length), 8, true), tag, ...sent]))));
}
