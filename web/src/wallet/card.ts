/**
 * SD-JWT as its holder sees it (RFC 9901): what a credential can show, by path, and the parts to hand over for chosen paths.
 * Nothing here is taken on trust: digests are computed, a disclosure that no digest names refuses.
 */

export type Path = readonly string[];
export type Bytes = Uint8Array<ArrayBuffer>;

/** The credential or the message of the other side breaks a rule; `rule` names it. */
export class Refused extends Error {
  constructor(readonly rule: string, readonly told = "", readonly next = "") {
    super(rule);
  }
}

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

export function toBase64url(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function fromBase64url(text: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Refused("base64url");
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Refused("base64url");
  }
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused("JSON");
  }
}

export function record(value: unknown, rule: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refused(rule);
  return value as Record<string, unknown>;
}

export async function sha256(text: string): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));
}

export interface Jwt {
  readonly header: Record<string, unknown>;
  readonly payload: Record<string, unknown>;
  readonly signed: string;
  readonly signature: Bytes;
}

export function readJwt(token: string): Jwt {
  const [header, payload, signature, more] = token.split(".");
  if (!header || !payload || !signature || more !== undefined) throw new Refused("JWT");
  const part = (text: string, rule: string) => record(json(new TextDecoder().decode(fromBase64url(text))), rule);
  return { header: part(header, "JWT"), payload: part(payload, "JWT"), signed: `${header}.${payload}`, signature: fromBase64url(signature) };
}

export const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const ES256 = { name: "ECDSA", hash: "SHA-256" } as const;

export async function isSignedBy(jwt: Jwt, jwk: unknown): Promise<boolean> {
  if (jwt.header["alg"] !== "ES256") return false;
  const { kty, crv, x, y } = record(jwk, "JWK") as JsonWebKey;
  if (kty !== "EC" || crv !== "P-256" || !x || !y) return false;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, P256, false, ["verify"]);
  return crypto.subtle.verify(ES256, key, jwt.signature, utf8(jwt.signed));
}

export async function signJwt(header: Record<string, unknown>, payload: Record<string, unknown>, key: CryptoKey): Promise<string> {
  const text = [{ ...header, alg: "ES256" }, payload].map((part) => toBase64url(utf8(JSON.stringify(part)))).join(".");
  return `${text}.${toBase64url(new Uint8Array(await crypto.subtle.sign(ES256, key, utf8(text))))}`;
}

/** One claim that can be shown: its path, its value, and the disclosures that bring it. */
export interface Showable {
  readonly path: Path;
  readonly value: unknown;
  readonly parts: readonly string[];
}

export interface Opened {
  readonly jwt: Jwt;
  readonly claims: readonly Showable[];
}

/** Open a credential without key binding; raises Refused. */
export async function open(token: string): Promise<Opened> {
  const parts = token.split("~");
  const first = parts[0] ?? "";
  if (parts.length < 2 || parts.at(-1) !== "" || parts.length > 500) throw new Refused("SD-JWT");
  const jwt = readJwt(first);
  if (jwt.payload["_sd_alg"] !== undefined && jwt.payload["_sd_alg"] !== "sha-256") throw new Refused("_sd_alg");
  const known = new Map<string, string>();
  for (const part of parts.slice(1, -1)) known.set(await sha256(part), part);
  if (known.size !== parts.length - 2) throw new Refused("disclosure twice");
  const claims: Showable[] = [];
  const used = new Set<string>();
  walk(jwt.payload, [], [], known, used, claims);
  if (used.size !== known.size) throw new Refused("disclosure without digest");
  return { jwt, claims };
}

function walk(value: unknown, path: Path, parts: readonly string[], known: Map<string, string>, used: Set<string>, found: Showable[]): void {
  if (path.length > 20 || typeof value !== "object" || value === null || Array.isArray(value)) return;
  const object = value as Record<string, unknown>;
  const digests = object["_sd"] ?? [];
  if (!Array.isArray(digests)) throw new Refused("_sd");
  for (const digest of digests) {
    const text = known.get(String(digest));
    if (text === undefined) continue;
    if (used.has(text)) throw new Refused("digest twice");
    used.add(text);
    const parsed = json(new TextDecoder().decode(fromBase64url(text)));
    if (!Array.isArray(parsed) || parsed.length !== 3 || typeof parsed[1] !== "string" || parsed[1] in object) throw new Refused("disclosure");
    const below = { path: [...path, parsed[1]], value: parsed[2] as unknown, parts: [...parts, text] };
    found.push(below);
    walk(below.value, below.path, below.parts, known, used, found);
  }
  for (const [name, inner] of Object.entries(object)) if (name !== "_sd") walk(inner, [...path, name], parts, known, used, found);
}

export function at(opened: Opened, path: Path): Showable | undefined {
  return opened.claims.find((claim) => claim.path.length === path.length && claim.path.every((name, i) => name === path[i]));
}

/** The credential with the disclosures of `paths` alone, bound by the holder's key to verifier and nonce. */
export async function present(token: string, paths: readonly Path[], key: CryptoKey, audience: string, nonce: string, now: number): Promise<string> {
  const opened = await open(token);
  const wanted = new Set<string>();
  for (const path of paths) {
    const claim = at(opened, path);
    if (!claim) throw new Refused(path.join("."));
    for (const part of claim.parts) wanted.add(part);
  }
  const [first, ...rest] = token.split("~");
  const shown = [first, ...rest.filter((part) => wanted.has(part)), ""].join("~");
  return shown + (await signJwt({ typ: "kb+jwt" }, { iat: now, aud: audience, nonce, sd_hash: await sha256(shown) }, key));
}
