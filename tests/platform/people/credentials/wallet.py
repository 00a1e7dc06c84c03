"""A wallet for the tests, over HTTP as any other: takes offers, shows credentials. Its ways of cheating are its arguments."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from joserfc.jwk import ECKey

from mingtang.engines import vc
from mingtang.engines.vc import jws
from mingtang.kernel import now

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


def of_link(link: str) -> dict[str, str]:
    """The parameters of an ``openid...://`` link."""
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


class Wallet:
    """Keys and credentials of one person."""

    def __init__(self) -> None:
        self.http = Client(headers={"accept": "application/json"})
        self.held: list[tuple[ECKey, str]] = []

    def get(self, address: str):
        """GET an absolute address."""
        return self.http.get(urlsplit(address).path)

    def offer(self, link: str) -> tuple[dict, dict]:
        """The offer behind a link, and its issuer's metadata."""
        offer = self.get(of_link(link)["credential_offer_uri"]).json()
        where = urlsplit(offer["credential_issuer"])
        return offer, self.http.get("/.well-known/openid-credential-issuer" + where.path).json()

    def token(self, offer: dict, digits: str):
        """The answer of the token endpoint."""
        code = offer["grants"][GRANT]["pre-authorized_code"]
        path = urlsplit(offer["credential_issuer"]).path + "/token"
        return self.http.post(path, {"grant_type": GRANT, "pre-authorized_code": code, "tx_code": digits})

    def proof(
        self,
        key: ECKey,
        audience: str,
        nonce: str,
        *,
        at: int | None = None,
        typ: str = "openid4vci-proof+jwt",
        header: dict | None = None,
    ) -> str:
        """A proof that this wallet holds a key."""
        named = {"jwk": key.as_dict(private=False)} if header is None else header
        return jws.sign(
            {"typ": typ, **named}, {"aud": audience, "nonce": nonce, "iat": int(now().timestamp()) if at is None else at}, key
        )

    def nonce(self, offer: dict) -> str:
        """A fresh nonce."""
        return self.http.post(urlsplit(offer["credential_issuer"]).path + "/nonce").json()["c_nonce"]

    def credential(self, offer: dict, token: str, proofs: list[str], kind: str | None = None):
        """The answer of the credential endpoint."""
        body = {"credential_configuration_id": kind or offer["credential_configuration_ids"][0], "proofs": {"jwt": proofs}}
        return self.http.post(
            urlsplit(offer["credential_issuer"]).path + "/credential",
            json.dumps(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {token}"},
        )

    def take(self, link: str, digits: str, copies: int = 2) -> list[str]:
        """Take an offer in whole."""
        offer, metadata = self.offer(link)
        token = self.token(offer, digits).json()["access_token"]
        keys = [ECKey.generate_key("P-256") for _ in range(copies)]
        nonce = self.nonce(offer)
        answer = self.credential(offer, token, [self.proof(key, metadata["credential_issuer"], nonce) for key in keys])
        assert answer.status_code == 200, answer.content
        credentials = [one["credential"] for one in answer.json()["credentials"]]
        self.held += list(zip(keys, credentials, strict=True))
        return credentials

    def request(self, link: str) -> dict:
        """The payload of a request to show something, its signature checked by the agency's did:web."""
        text = self.get(of_link(link)["request_uri"]).content.decode()
        header = jws.header_of(text)
        did = header["kid"].partition("#")[0]
        document = self.http.get(f"/issuers/{did.rpartition(':')[2]}/did.json").json()
        request = jws.verify(text, vc.web_key(document, did, header["kid"]), ("oauth-authz-req+jwt",))
        assert request["client_id"] == of_link(link)["client_id"] == f"decentralized_identifier:{did}"
        return request

    def present(self, request: dict, query: str, names: list[str], **changes) -> str:
        """The vp_token for one of the credentials asked; ``changes`` replace audience, nonce, time, credential, key."""
        key, credential = self.held[0]
        shown = vc.present(
            changes.get("credential", credential),
            names,
            changes.get("key", key),
            audience=changes.get("audience", request["client_id"]),
            nonce=changes.get("nonce", request["nonce"]),
            now=changes.get("at", int(now().timestamp())),
        )
        return json.dumps({query: [shown]})

    def post(self, request: dict, vp_token: str, state: str | None = None):
        """The answer of the verifier."""
        return self.http.post(
            urlsplit(request["response_uri"]).path, {"state": request["state"] if state is None else state, "vp_token": vp_token}
        )
