/**
 * The wallet's side of OpenID4VCI 1.0 and OpenID4VP 1.0: take an offer, read a request, show what was chosen. No DOM, no storage.
 *
 * The wallet believes nothing it was not shown to be so:
 * 1. A credential must be signed by the issuer's published key and bound to the key that was made for it.
 * 2. A request must be signed by the key of the did:web it names, published on the host that the answer goes to; it must not have run out.
 * 3. Only claims the request names leave the wallet, and only of the credential the person chose.
 */

import { at, isSignedBy, json, type Opened, open, P256, type Path, present, readJwt, record, Refused, signJwt } from "./card";

export type Fetch = (address: string, init?: RequestInit) => Promise<Response>;
export type Titles = Readonly<Record<"zh" | "en", string>>;

const PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
const LARGEST = 1_000_000;

async function answered(response: Response): Promise<string> {
  const text = await response.text();
  if (text.length > LARGEST) throw new Refused("size");
  if (!response.ok) {
    let told: Record<string, unknown> = {};
    try {
      told = record(JSON.parse(text), "JSON");
    } catch {
      throw new Refused(`HTTP ${response.status}`);
    }
    throw new Refused(String(told["error"] ?? response.status), String(told["message"] ?? told["error_description"] ?? ""), String(told["next"] ?? ""));
  }
  return text;
}

async function fetched(fetch: Fetch, address: string, init?: RequestInit): Promise<Record<string, unknown>> {
  return record(json(await answered(await fetch(address, init))), "JSON");
}

function titles(display: unknown, otherwise: string): Titles {
  const found = { zh: otherwise, en: otherwise };
  for (const one of Array.isArray(display) ? display : []) {
    const { name, locale } = record(one, "display") as { name?: unknown; locale?: unknown };
    if (typeof name === "string") found[String(locale).startsWith("zh") ? "zh" : "en"] = name;
  }
  return found;
}

/** The well-known address of an issuer: the name stands before the issuer's path. */
export function wellKnown(issuer: string, name: string): string {
  const address = new URL(issuer);
  return `${address.origin}/.well-known/${name}${address.pathname === "/" ? "" : address.pathname}`;
}

export interface Offer {
  readonly issuer: string;
  readonly issuerTitle: Titles;
  readonly kind: string;
  readonly title: Titles;
  readonly claims: readonly { readonly path: Path; readonly title: Titles }[];
  readonly copies: number;
  readonly vct: string;
  readonly code: string;
  readonly digits: boolean;
  readonly credentialEndpoint: string;
  readonly nonceEndpoint: string | undefined;
}

/** Read the offer at an address and what its issuer says of it. */
export async function readOffer(fetch: Fetch, address: string): Promise<Offer> {
  const offer = await fetched(fetch, address);
  const issuer = String(offer["credential_issuer"]);
  const kind = (offer["credential_configuration_ids"] as unknown[] | undefined)?.[0];
  const grant = record(record(offer["grants"], "grants")[PRE_AUTHORIZED], "pre-authorized code");
  if (typeof kind !== "string" || typeof grant["pre-authorized_code"] !== "string") throw new Refused("offer");
  const told = await fetched(fetch, wellKnown(issuer, "openid-credential-issuer"));
  if (told["credential_issuer"] !== issuer) throw new Refused("credential_issuer");
  const configuration = record(record(told["credential_configurations_supported"], "configurations")[kind], "configuration");
  if (configuration["format"] !== "dc+sd-jwt") throw new Refused("format");
  const metadata = record(configuration["credential_metadata"] ?? {}, "credential_metadata");
  const batch = record(told["batch_credential_issuance"] ?? {}, "batch")["batch_size"];
  const listed = Array.isArray(metadata["claims"]) ? metadata["claims"] : [];
  return {
    issuer,
    issuerTitle: titles(told["display"], new URL(issuer).host),
    kind,
    title: titles(metadata["display"], kind),
    claims: listed.map((one) => {
      const claim = record(one, "claim");
      const path = (claim["path"] as unknown[]).map(String);
      return { path, title: titles(claim["display"], path.join(".")) };
    }),
    copies: typeof batch === "number" ? Math.max(1, Math.min(batch, 5)) : 1,
    vct: String(configuration["vct"]),
    code: grant["pre-authorized_code"],
    digits: grant["tx_code"] !== undefined,
    credentialEndpoint: String(told["credential_endpoint"]),
    nonceEndpoint: typeof told["nonce_endpoint"] === "string" ? told["nonce_endpoint"] : undefined,
  };
}

export interface Copy {
  readonly key: CryptoKey;
  readonly token: string;
}

/** Take an offer: a new key for each copy, none of which can leave the browser. */
export async function take(fetch: Fetch, offer: Offer, digits: string, now: number): Promise<Copy[]> {
  const server = await fetched(fetch, wellKnown(offer.issuer, "oauth-authorization-server"));
  const form = new URLSearchParams({ grant_type: PRE_AUTHORIZED, "pre-authorized_code": offer.code });
  if (offer.digits) form.set("tx_code", digits);
  const token = await fetched(fetch, String(server["token_endpoint"]), { method: "POST", body: form });
  const nonce = offer.nonceEndpoint ? (await fetched(fetch, offer.nonceEndpoint, { method: "POST" }))["c_nonce"] : undefined;
  const pairs: CryptoKeyPair[] = [];
  const proofs: string[] = [];
  for (let i = 0; i < offer.copies; i++) {
    const pair = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
    pairs.push(pair);
    proofs.push(await signJwt({ typ: "openid4vci-proof+jwt", jwk: await publicJwk(pair.publicKey) }, { aud: offer.issuer, iat: now, nonce }, pair.privateKey));
  }
  const got = await fetched(fetch, offer.credentialEndpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${String(token["access_token"])}` },
    body: JSON.stringify({ credential_configuration_id: offer.kind, proofs: { jwt: proofs } }),
  });
  const listed = Array.isArray(got["credentials"]) ? got["credentials"] : [];
  if (listed.length !== pairs.length) throw new Refused("credentials");
  const keys = await issuerKeys(fetch, offer.issuer);
  const copies = listed.map((one) => String(record(one, "credential")["credential"]));
  for (const [i, text] of copies.entries()) await check(text, offer, keys, pairs[i] as CryptoKeyPair);
  return copies.map((text, i) => ({ key: (pairs[i] as CryptoKeyPair).privateKey, token: text }));
}

async function publicJwk(key: CryptoKey): Promise<JsonWebKey> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", key);
  return { kty, crv, x, y } as JsonWebKey;
}

async function issuerKeys(fetch: Fetch, issuer: string): Promise<unknown[]> {
  const told = await fetched(fetch, wellKnown(issuer, "jwt-vc-issuer"));
  const keys = record(told["jwks"], "jwks")["keys"];
  if (told["issuer"] !== issuer || !Array.isArray(keys)) throw new Refused("issuer's keys");
  return keys;
}

async function check(text: string, offer: Offer, keys: unknown[], pair: CryptoKeyPair): Promise<void> {
  const { jwt } = await open(text);
  const kid = jwt.header["kid"];
  const key = keys.find((one) => kid === undefined || record(one, "JWK")["kid"] === kid);
  if (jwt.header["typ"] !== "dc+sd-jwt" || jwt.payload["iss"] !== offer.issuer || jwt.payload["vct"] !== offer.vct) throw new Refused("credential");
  if (!key || !(await isSignedBy(jwt, key))) throw new Refused("issuer's signature");
  const bound = record(record(jwt.payload["cnf"], "cnf")["jwk"], "cnf");
  const own = await publicJwk(pair.publicKey);
  if (bound["x"] !== own.x || bound["y"] !== own.y) throw new Refused("cnf");
}

export interface Wanted {
  readonly id: string;
  readonly types: readonly string[];
  readonly claims: readonly { readonly path: Path; readonly values: readonly unknown[] | undefined }[];
}

export interface Request {
  readonly clientId: string;
  readonly host: string;
  readonly responseUri: string;
  readonly nonce: string;
  readonly state: string | undefined;
  readonly wanted: readonly Wanted[];
  readonly reason: Readonly<Record<"agency" | "title" | "text" | "law", Titles>> | undefined;
}

/** Fetch and check a request to show something (rule 2). */
export async function readRequest(fetch: Fetch, address: string, clientId: string, now: number): Promise<Request> {
  const jwt = readJwt(await answered(await fetch(address)));
  const asked = jwt.payload;
  const did = clientId.replace(/^decentralized_identifier:/, "");
  if (jwt.header["typ"] !== "oauth-authz-req+jwt" || asked["client_id"] !== clientId || !did.startsWith("did:web:")) throw new Refused("client_id");
  const [host, ...path] = did.slice("did:web:".length).split(":");
  const at_ = new URL(address);
  const responseUri = String(asked["response_uri"]);
  if (decodeURIComponent(host ?? "") !== at_.host || new URL(responseUri).origin !== at_.origin) throw new Refused("response_uri");
  const document = await fetched(fetch, `${at_.origin}/${path.length ? path.join("/") : ".well-known"}/did.json`);
  const methods = Array.isArray(document["verificationMethod"]) ? document["verificationMethod"] : [];
  const method = methods.map((one) => record(one, "method")).find((one) => one["id"] === jwt.header["kid"]);
  if (document["id"] !== did || !method || !(await isSignedBy(jwt, method["publicKeyJwk"]))) throw new Refused("signature of the request");
  if (typeof asked["exp"] === "number" && asked["exp"] <= now) throw new Refused("exp");
  if (asked["response_type"] !== "vp_token" || asked["response_mode"] !== "direct_post" || typeof asked["nonce"] !== "string") throw new Refused("response_mode");
  return {
    clientId, host: at_.host, responseUri, nonce: asked["nonce"], state: typeof asked["state"] === "string" ? asked["state"] : undefined,
    wanted: wantedOf(record(asked["dcql_query"], "dcql_query")), reason: reasonOf(asked["verifier_info"]),
  };
}

function wantedOf(query: Record<string, unknown>): Wanted[] {
  const listed = Array.isArray(query["credentials"]) ? query["credentials"] : [];
  return listed.map((one) => {
    const wanted = record(one, "credential query");
    const types = record(wanted["meta"], "meta")["vct_values"];
    if (wanted["format"] !== "dc+sd-jwt" || !Array.isArray(types) || !Array.isArray(wanted["claims"])) throw new Refused("dcql_query");
    const claims = wanted["claims"].map((item) => {
      const claim = record(item, "claim query");
      if (!Array.isArray(claim["path"]) || !claim["path"].every((name) => typeof name === "string")) throw new Refused("path");
      return { path: claim["path"] as string[], values: Array.isArray(claim["values"]) ? (claim["values"] as unknown[]) : undefined };
    });
    return { id: String(wanted["id"]), types: types.map(String), claims };
  });
}

function reasonOf(infos: unknown): Request["reason"] {
  for (const one of Array.isArray(infos) ? infos : []) {
    const info = record(one, "verifier_info");
    if (info["format"] !== "mingtang-purpose") continue;
    const data = record(info["data"], "verifier_info");
    const words = (name: string): Titles => {
      const { zh, en } = record(data[name], name) as { zh?: unknown; en?: unknown };
      return { zh: String(zh), en: String(en) };
    };
    return { agency: words("agency"), title: words("title"), text: words("text"), law: words("law") };
  }
  return undefined;
}

/** What of a wanted credential this one lacks, or holds otherwise than the service needs; empty where it serves. */
export function lacks(opened: Opened, wanted: Wanted): Path[] {
  return wanted.claims
    .filter(({ path, values }) => {
      const claim = at(opened, path);
      return !claim || (values !== undefined && !values.includes(claim.value));
    })
    .map(({ path }) => path);
}

/** Show the chosen copy (rule 3); returns where the person goes on, if the verifier says. */
export async function show(fetch: Fetch, request: Request, wanted: Wanted, copy: Copy, now: number): Promise<string | undefined> {
  const paths = wanted.claims.map(({ path }) => path);
  const text = await present(copy.token, paths, copy.key, request.clientId, request.nonce, now);
  const form = new URLSearchParams({ vp_token: JSON.stringify({ [wanted.id]: [text] }) });
  if (request.state !== undefined) form.set("state", request.state);
  const told = await fetched(fetch, request.responseUri, { method: "POST", body: form });
  return typeof told["redirect_uri"] === "string" ? told["redirect_uri"] : undefined;
}
