// Our wallet's core against a reference issuer and verifier of independent packages, all in this process: no network.
// Reads {core, fault} from standard input: where our wallet's core was built, and what the other side does wrong. Writes what happened as JSON.
import { createHash, randomBytes, subtle } from "node:crypto";
import { readFileSync } from "node:fs";
import { Openid4vciIssuer } from "@openid4vc/openid4vci";
import { Openid4vpVerifier } from "@openid4vc/openid4vp";
import { SDJwtInstance } from "@sd-jwt/core";

const given = JSON.parse(readFileSync(0, "utf8"));
const { readOffer, take, readRequest, lacks, open, show, Refused } = await import(given.core);

const ES256 = { name: "ECDSA", hash: "SHA-256" };
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const b64 = (data) => Buffer.from(data).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);
async function newKey() {
  const pair = await subtle.generateKey(P256, true, ["sign", "verify"]);
  const { kty, crv, x, y } = await subtle.exportKey("jwk", pair.publicKey);
  return { pair, jwk: { kty, crv, x, y } };
}
const signed = async (key, text) => b64(await subtle.sign(ES256, key.pair.privateKey, Buffer.from(text)));
const compact = async (key, header, payload) => {
  const text = `${b64(JSON.stringify(header))}.${b64(JSON.stringify(payload))}`;
  return `${text}.${await signed(key, text)}`;
};
async function holds(jwk, text, signature) {
  const key = await subtle.importKey("jwk", { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, P256, false, ["verify"]);
  return subtle.verify(ES256, key, Buffer.from(signature, "base64url"), Buffer.from(text));
}
const [issuerKey, verifierKey, stranger] = [await newKey(), await newKey(), await newKey()];
const hasher = (data, algorithm) => createHash(algorithm.replace("-", "")).update(typeof data === "string" ? data : Buffer.from(data)).digest();
const callbacks = {
  hash: hasher,
  generateRandom: (size) => randomBytes(size),
  signJwt: async (_signer, { header, payload }) => ({ jwt: await compact(given.fault === "request signed by a stranger" ? stranger : verifierKey, header, payload), signerJwk: verifierKey.jwk }),
  verifyJwt: async (signer, { compact: text }) => {
    const [header, payload, signature] = text.split(".");
    const verified = await holds(signer.publicJwk, `${header}.${payload}`, signature);
    return verified ? { verified, signerJwk: signer.publicJwk } : { verified: false };
  },
};
const sdJwt = (key, more = {}) => new SDJwtInstance({
  hasher, hashAlg: "sha-256", signAlg: "ES256", saltGenerator: (length) => b64(randomBytes(length)).slice(0, length),
  signer: (text) => signed(key, text), verifier: (text, signature) => holds(issuerKey.jwk, text, signature), ...more,
});

// The reference issuer.
const ISSUER = "https://issuer.reference.example";
const VERIFIER = "https://verifier.reference.example";
const DID = "did:web:verifier.reference.example";
const issuer = new Openid4vciIssuer({ callbacks });
const metadata = {
  credentialIssuer: issuer.createCredentialIssuerMetadata({
    credential_issuer: ISSUER, credential_endpoint: `${ISSUER}/credential`, nonce_endpoint: `${ISSUER}/nonce`, batch_credential_issuance: { batch_size: 2 },
    credential_configurations_supported: { card: { format: "dc+sd-jwt", vct: `${ISSUER}/card`, cryptographic_binding_methods_supported: ["jwk"],
      credential_signing_alg_values_supported: ["ES256"], proof_types_supported: { jwt: { proof_signing_alg_values_supported: ["ES256"] } } } },
  }),
  authorizationServers: [{ issuer: ISSUER, token_endpoint: `${ISSUER}/token` }],
};
const nonce = b64(randomBytes(16));
const { credentialOfferObject } = await issuer.createCredentialOffer({
  issuerMetadata: { ...metadata, knownCredentialConfigurations: issuer.getKnownCredentialConfigurationsSupported(metadata.credentialIssuer) },
  credentialConfigurationIds: ["card"],
  grants: { "urn:ietf:params:oauth:grant-type:pre-authorized_code": { "pre-authorized_code": "reference-code", tx_code: { input_mode: "numeric", length: 4 } } },
});
async function credentials(request) {
  const made = [];
  for (const jwt of JSON.parse(request.body).proofs.jwt) {
    const proof = await issuer.verifyCredentialRequestJwtProof({ issuerMetadata: metadata, jwt, expectedNonce: nonce, now: new Date() });
    const { kty, crv, x, y } = given.fault === "bound to another key" ? stranger.jwk : proof.header.jwk;
    const claims = { iss: ISSUER, vct: `${ISSUER}/card`, exp: now() + 1000, cnf: { jwk: { kty, crv, x, y } }, name: "Ada", level: { gold: true, silver: false } };
    const signer = sdJwt(given.fault === "signed by a stranger" ? stranger : issuerKey);
    made.push({ credential: await signer.issue(claims, { _sd: ["name"], level: { _sd: ["gold", "silver"] } }, { header: { typ: "dc+sd-jwt" } }) });
  }
  return { credentials: made };
}

// The reference verifier.
const verifier = new Openid4vpVerifier({ callbacks });
const asked = await verifier.createOpenId4vpAuthorizationRequest({
  authorizationRequestPayload: {
    response_type: "vp_token", response_mode: "direct_post", client_id: `decentralized_identifier:${DID}`, nonce: "verifier-nonce", state: "s",
    response_uri: given.fault === "answer to another host" ? "https://evil.example/answer" : `${VERIFIER}/answer`,
    client_metadata: { vp_formats_supported: { "dc+sd-jwt": { "sd-jwt_alg_values": ["ES256"] } } },
    dcql_query: { credentials: [{ id: "c", format: "dc+sd-jwt", meta: { vct_values: [`${ISSUER}/card`] }, claims: [{ path: ["level", "gold"], values: [true] }] }] },
  },
  jar: { requestUri: `${VERIFIER}/request`, jwtSigner: { method: "did", didUrl: `${DID}#k`, alg: "ES256" }, expiresInSeconds: given.fault === "request run out" ? -10 : 300 },
});
let seen;
async function answer(request) {
  const [text] = JSON.parse(new URLSearchParams(request.body).get("vp_token")).c;
  const bound = sdJwt(issuerKey, { kbVerifier: (data, signature, payload) => holds(payload.cnf.jwk, data, signature) });
  const verified = await bound.verify(text, { requiredClaimKeys: ["level.gold"], keyBindingNonce: "verifier-nonce" });
  seen = { claims: verified.payload, audience: verified.kb.payload.aud };
  return { redirect_uri: `${VERIFIER}/done` };
}
const ROUTES = {
  [`${ISSUER}/offer`]: () => credentialOfferObject,
  [`${ISSUER}/.well-known/openid-credential-issuer`]: () => metadata.credentialIssuer,
  [`${ISSUER}/.well-known/oauth-authorization-server`]: () => metadata.authorizationServers[0],
  [`${ISSUER}/.well-known/jwt-vc-issuer`]: () => ({ issuer: ISSUER, jwks: { keys: [issuerKey.jwk] } }),
  [`${ISSUER}/token`]: (request) => (new URLSearchParams(request.body).get("tx_code") === "1234" ? { access_token: "t", token_type: "Bearer" } : undefined),
  [`${ISSUER}/nonce`]: () => ({ c_nonce: nonce }),
  [`${ISSUER}/credential`]: credentials,
  [`${VERIFIER}/request`]: () => asked.jar.authorizationRequestJwt,
  [`${VERIFIER}/.well-known/did.json`]: () => ({ id: DID, verificationMethod: [{ id: `${DID}#k`, type: "JsonWebKey", controller: DID, publicKeyJwk: verifierKey.jwk }], assertionMethod: [`${DID}#k`] }),
  [`${VERIFIER}/answer`]: answer,
};
async function fetch(address, init = {}) {
  const route = ROUTES[address];
  if (!route) return new Response("{}", { status: 404 });
  const told = await route({ body: String(init.body ?? "") });
  if (told === undefined) return new Response(JSON.stringify({ error: "invalid_grant", error_description: "wrong code" }), { status: 400 });
  return new Response(typeof told === "string" ? told : JSON.stringify(told));
}

// Our wallet.
try {
  const offer = await readOffer(fetch, `${ISSUER}/offer`);
  const copies = await take(fetch, offer, given.fault === "wrong digits" ? "0000" : "1234", now());
  const request = await readRequest(fetch, `${VERIFIER}/request`, `decentralized_identifier:${DID}`, now());
  const missing = lacks(await open(copies[0].token), request.wanted[0]);
  const where = await show(fetch, request, request.wanted[0], copies[0], now());
  process.stdout.write(JSON.stringify({ copies: copies.length, missing, where, seen }));
} catch (fault) {
  if (!(fault instanceof Refused)) throw fault;
  process.stdout.write(JSON.stringify({ refused: fault.rule, seen: seen ?? null }));
}
