/** Bytes and their spellings. Strict: what has two spellings is refused. */

import { NotProven } from "./steps";

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

export function concat(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Standard base64 with padding (RFC 4648, section 4); refuses any other spelling and the empty text. */
export function base64(text: string, step: number): Bytes {
  let binary = "";
  try {
    binary = atob(text);
  } catch {
    binary = "";
  }
  if (!binary || btoa(binary) !== text) throw new NotProven(step, "base64");
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

export async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}
