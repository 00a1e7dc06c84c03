// The prime-order subgroup of edwards25519 as Belenios writes it: points as 64 hexadecimal digits, big-endian; scalars as decimals.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

export type Point = InstanceType<typeof ed25519.Point>;

export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
export const G: Point = ed25519.Point.BASE;
export const ONE: Point = ed25519.Point.ZERO;

export const mod = (n: bigint): bigint => ((n % ORDER) + ORDER) % ORDER;

/** `n` times `point`. */
export function times(point: Point, n: bigint): Point {
  const reduced = mod(n);
  return reduced === 0n ? ONE : point.multiply(reduced);
}

export function write(point: Point): string {
  return [...point.toBytes()].reverse().map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The point that `text` writes; throws for anything but a canonical element of the subgroup. */
export function read(text: string): Point {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error("not a point");
  const bytes = Uint8Array.from(text.match(/../g)!.reverse(), (pair) => Number.parseInt(pair, 16));
  const point = ed25519.Point.fromBytes(bytes);
  if (!point.isTorsionFree()) throw new Error("not in the subgroup");
  return point;
}

/** A uniform number below the order. */
export function random(): bigint {
  let n = 0n;
  for (const byte of crypto.getRandomValues(new Uint8Array(64))) n = (n << 8n) | BigInt(byte);
  return mod(n);
}

/** SHA-256 of `text` read big-endian, mod the order. */
export function hashToScalar(text: string): bigint {
  let n = 0n;
  for (const byte of sha256(new TextEncoder().encode(text))) n = (n << 8n) | BigInt(byte);
  return mod(n);
}

/** Unpadded Base64 of the SHA-256 of `text`: of an election its fingerprint, of a ballot its tracker. */
export function fingerprint(text: string): string {
  return btoa(String.fromCharCode(...sha256(new TextEncoder().encode(text)))).replace(/=+$/, "");
}
