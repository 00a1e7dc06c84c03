/**
 * What the wallet keeps in this browser. Private keys lie in IndexedDB as CryptoKey that cannot be exported; credentials and history lie there
 * encrypted (AES-256-GCM) with a vault key, which is itself wrapped by a key from the PIN (PBKDF2-SHA-256, 600,000 rounds, own salt).
 *
 * Trust: hostile script on this origin could use the keys while the page is open, hence the strict policy of the page. A short PIN can be
 * guessed by whoever has the unlocked computer's files; at least six characters are asked, and nothing here replaces the screen lock.
 */

import { type Bytes, utf8 } from "./card";

const ROUNDS = 600_000;
const AES = "AES-GCM";

export class WrongPin extends Error {}

export interface Kept {
  readonly id: string;
  readonly vct: string;
  readonly issuer: string;
  readonly title: { zh: string; en: string };
  readonly issuerTitle: { zh: string; en: string };
  readonly claims: { path: string[]; title: { zh: string; en: string } }[];
  readonly takenAt: number;
  readonly until: number;
  readonly copies: { key: string; token: string; used: number }[];
}

export interface Shown {
  readonly at: number;
  readonly card: string;
  readonly to: { zh: string; en: string };
  readonly why: { zh: string; en: string };
  readonly what: string[];
}

export interface Content {
  cards: Kept[];
  history: Shown[];
}

interface Lock {
  readonly salt: Bytes;
  readonly iv: Bytes;
  readonly wrapped: ArrayBuffer;
}

function promised<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open("mingtang-wallet", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("keys");
    request.result.createObjectStore("vault");
  };
  return promised(request);
}

async function get<T>(store: "keys" | "vault", name: string): Promise<T | undefined> {
  const database = await opened();
  try {
    return (await promised(database.transaction(store).objectStore(store).get(name))) as T | undefined;
  } finally {
    database.close();
  }
}

async function put(entries: readonly (readonly ["keys" | "vault", string, unknown])[]): Promise<void> {
  const database = await opened();
  try {
    const transaction = database.transaction(["keys", "vault"], "readwrite");
    for (const [store, name, value] of entries) transaction.objectStore(store).put(value, name);
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("IndexedDB"));
    });
  } finally {
    database.close();
  }
}

async function keyOfPin(pin: string, salt: Bytes): Promise<CryptoKey> {
  const raw = await crypto.subtle.importKey("raw", utf8(pin.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, raw, { name: AES, length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));

export async function exists(): Promise<boolean> {
  return (await get<Lock>("vault", "lock")) !== undefined;
}

/** Make an empty vault with this PIN. */
export async function create(pin: string): Promise<Vault> {
  const [salt, iv] = [random(16), random(12)];
  const extractable = await crypto.subtle.generateKey({ name: AES, length: 256 }, true, ["encrypt", "decrypt"]);
  const wrapped = await crypto.subtle.wrapKey("raw", extractable, await keyOfPin(pin, salt), { name: AES, iv });
  await put([["vault", "lock", { salt, iv, wrapped } satisfies Lock]]);
  const vault = await unlock(pin);
  await vault.save();
  await navigator.storage?.persist?.(); // a wish: where the browser refuses, licences can be taken again
  return vault;
}

/** Open the vault; throws WrongPin. */
export async function unlock(pin: string): Promise<Vault> {
  const lock = await get<Lock>("vault", "lock");
  if (!lock) throw new WrongPin();
  let key: CryptoKey;
  try {
    key = await crypto.subtle.unwrapKey("raw", lock.wrapped, await keyOfPin(pin, lock.salt), { name: AES, iv: lock.iv }, AES, false, ["encrypt", "decrypt"]);
  } catch {
    throw new WrongPin();
  }
  const kept = await get<{ iv: Bytes; data: ArrayBuffer }>("vault", "content");
  const content: Content = kept
    ? (JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: AES, iv: kept.iv }, key, kept.data))) as Content)
    : { cards: [], history: [] };
  return new Vault(key, content);
}

/** Throw everything away: keys, credentials, history. */
export async function destroy(): Promise<void> {
  await promised(indexedDB.deleteDatabase("mingtang-wallet"));
}

export class Vault {
  readonly #key: CryptoKey;

  constructor(key: CryptoKey, readonly content: Content) {
    this.#key = key;
  }

  /** Write the content, encrypted; with it new private keys by name. */
  async save(keys: ReadonlyMap<string, CryptoKey> = new Map()): Promise<void> {
    const iv = random(12);
    const data = await crypto.subtle.encrypt({ name: AES, iv }, this.#key, utf8(JSON.stringify(this.content)));
    await put([...[...keys].map(([name, key]) => ["keys", name, key] as const), ["vault", "content", { iv, data }]]);
  }

  async key(name: string): Promise<CryptoKey> {
    const found = await get<CryptoKey>("keys", name);
    if (!found) throw new Error("key");
    return found;
  }
}
