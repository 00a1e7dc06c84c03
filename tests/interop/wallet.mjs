// A wallet of independent packages: takes our offer, verifies the credential by our issuer's keys, shows one claim to our verifier.
// Reads {offer, txCode, request, show} from standard input, writes what it saw as JSON.
import { createHash, randomBytes, subtle } from "node:crypto";
import { readFileSync } from "node:fs";
import { clientAuthenticationAnonymous, setGlobalConfig } from "@openid4vc/oauth2";
import { Openid4vciClient } from "@openid4vc/openid4vci";
import { Openid4vpClient } from "@openid4vc/openid4vp";
import { SDJwtInstance } from "@sd-jwt/core";

setGlobalConfig({ allowInsecureUrls: true }); // the test's server speaks http
const given = JSON.parse(readFileSync(0, "utf8"));
const ES256 = { name: "ECDSA", hash: "SHA-256" };
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const b64 = (data) => Buffer.from(data).toString("base64url");
const hash = (data) => createHash("sha256").update(data).digest();

async function newKey() {
  const pair = await subtle.generateKey(P256, true, ["sign", "verify"]);
  const { kty, crv, x, y } = await subtle.exportKey("jwk", pair.publicKey);
  return { pair, jwk: { kty, crv, x, y } };
}
const signed = async (key, text) => b64(await subtle.sign(ES256, key.pair.privateKey, Buffer.from(text)));
async function holds(jwk, text, signature) {
  const key = await subtle.importKey("jwk", { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, P256, false, ["verify"]);
  return subtle.verify(ES256, key, Buffer.from(signature, "base64url"), Buffer.from(text));
}

const keys = [await newKey(), await newKey()];
const documentOf = async (did) => {
  const [host, ...path] = did.split("#")[0].slice("did:web:".length).split(":");
  return (await fetch(`http://${decodeURIComponent(host)}/${path.join("/")}/did.json`)).json();
};
const callbacks = {
  fetch,
  hash: (data, algorithm) => createHash(algorithm.replace("-", "")).update(data).digest(),
  generateRandom: (size) => randomBytes(size),
  clientAuthentication: clientAuthenticationAnonymous(),
  signJwt: async (signer, { header, payload }) => {
    const key = keys.find((one) => one.jwk.x === signer.publicJwk.x);
    const text = `${b64(JSON.stringify(header))}.${b64(JSON.stringify(payload))}`;
    return { jwt: `${text}.${await signed(key, text)}`, signerJwk: key.jwk };
  },
  verifyJwt: async (signer, { compact }) => {
    const document = await documentOf(signer.didUrl);
    const method = document.verificationMethod.find((one) => one.id === signer.didUrl);
    const [header, payload, signature] = compact.split(".");
    const verified = await holds(method.publicKeyJwk, `${header}.${payload}`, signature);
    return verified ? { verified, signerJwk: method.publicKeyJwk } : { verified: false };
  },
};

// The offer.
const issuerClient = new Openid4vciClient({ callbacks });
const credentialOffer = await issuerClient.resolveCredentialOffer(given.offer);
const issuerMetadata = await issuerClient.resolveIssuerMetadata(credentialOffer.credential_issuer);
const { accessTokenResponse } = await issuerClient.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer, issuerMetadata, txCode: given.txCode });
const { c_nonce: nonce } = await issuerClient.requestNonce({ issuerMetadata });
const credentialConfigurationId = credentialOffer.credential_configuration_ids[0];
const jwt = [];
for (const key of keys) {
  const proof = await issuerClient.createCredentialRequestJwtProof({
    issuerMetadata, credentialConfigurationId, nonce, issuedAt: new Date(), signer: { method: "jwk", publicJwk: key.jwk, alg: "ES256" },
  });
  jwt.push(proof.jwt);
}
const { credentialResponse } = await issuerClient.retrieveCredentials({
  issuerMetadata, accessToken: accessTokenResponse.access_token, credentialConfigurationId, proofs: { jwt },
});
const credentials = credentialResponse.credentials.map((one) => one.credential);

// The credential, verified by @sd-jwt/core with the key behind its issuer.
const issuer = new URL(credentialOffer.credential_issuer);
const { jwks } = await (await fetch(`${issuer.origin}/.well-known/jwt-vc-issuer${issuer.pathname}`)).json();
const cards = new SDJwtInstance({
  hasher: (data, algorithm) => createHash(algorithm.replace("-", "")).update(typeof data === "string" ? data : Buffer.from(data)).digest(),
  hashAlg: "sha-256",
  saltGenerator: (length) => b64(randomBytes(length)).slice(0, length),
  verifier: (text, signature) => holds(jwks.keys[0], text, signature),
  signAlg: "ES256",
  kbSigner: (text) => signed(keys[0], text),
  kbSignAlg: "ES256",
});
await cards.verify(credentials[0]);
const claims = await cards.getClaims(credentials[0]);

// The request, and what is shown.
const verifierClient = new Openid4vpClient({ callbacks });
const parsed = verifierClient.parseOpenid4vpAuthorizationRequest({ authorizationRequest: given.request });
const resolved = await verifierClient.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: parsed.params });
const asked = resolved.authorizationRequestPayload;
const frame = given.show.reduceRight((inner, name) => ({ [name]: inner }), true);
const audience = asked.client_id;
const compact = await cards.present(credentials[0], frame, { kb: { payload: { iat: Math.floor(Date.now() / 1000), aud: audience, nonce: asked.nonce } } });
const { authorizationResponsePayload } = await verifierClient.createOpenid4vpAuthorizationResponse({
  authorizationRequestPayload: asked,
  authorizationResponsePayload: { vp_token: { [credentialConfigurationId]: [compact] } },
});
const submitted = await verifierClient.submitOpenid4vpAuthorizationResponse({ authorizationRequestPayload: asked, authorizationResponsePayload });
const answer = await submitted.response.json();
process.stdout.write(JSON.stringify({ copies: credentials.length, claims, query: asked.dcql_query, status: submitted.response.status, answer }));
