// Passkeys: asks the server for options, the browser for the key's answer, and sends it back. Pages are complete without this.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function send(url, token, body) {
  const headers = { "X-CSRFToken": token, Accept: "application/json", "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body, credentials: "same-origin" });
  return { ok: response.ok, answer: await response.json() };
}

function wire(credential) {
  const inner = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) inner[name] = toText(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id, rawId: toText(credential.rawId), type: credential.type, response: inner,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function ask(kind, options) {
  const publicKey = { ...options, challenge: toBytes(options.challenge) };
  if (kind === "register") {
    publicKey.user = { ...options.user, id: toBytes(options.user.id) };
    publicKey.excludeCredentials = (options.excludeCredentials || []).map((key) => ({ ...key, id: toBytes(key.id) }));
    return navigator.credentials.create({ publicKey });
  }
  publicKey.allowCredentials = (options.allowCredentials || []).map((key) => ({ ...key, id: toBytes(key.id) }));
  return navigator.credentials.get({ publicKey });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) form.remove();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector("[role=alert]");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const next = form.querySelector("[name=next]");
    said.textContent = "";
    try {
      const options = await send(form.action + "/options", token, "{}");
      if (!options.ok) {
        if (options.answer.next) location.assign(options.answer.next);
        else said.textContent = options.answer.error.message;
        return;
      }
      const credential = await ask(form.dataset.passkey, options.answer);
      const query = next ? "?next=" + encodeURIComponent(next.value) : "";
      const result = await send(form.action + query, token, wire(credential));
      if (result.ok) location.assign(result.answer.next);
      else said.textContent = result.answer.error.message;
    } catch {
      said.textContent = form.dataset.failed;
    }
  });
}
