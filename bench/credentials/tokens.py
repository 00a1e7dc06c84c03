#!/usr/bin/env python3
"""SD-JWT VC: issuing, and verifying with key binding and status, in CPU seconds on one core, beside the package ``sd-jwt`` where it is installed.

python bench/credentials/tokens.py [--count 2000] [--peer FOLDER]      FOLDER: where `pip install --target FOLDER sd-jwt` put the peer
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from joserfc.jwk import ECKey  # noqa: E402

from mingtang.engines import vc  # noqa: E402

NOW, URI, AUDIENCE, NONCE = 1_800_000_000, "https://mingzhou.example/status/1", "https://service.example", "n-1"
CLAIMS = {
    "name": "王小明",
    "birth_date": "1956-05-01",
    "street": "MZ-D1-S1",
    "number": "1",
    "age_equal_or_over.60": True,
    "age_equal_or_over.65": True,
}


def rate(count: int, work: Callable[[], object]) -> float:
    """Runs of ``work`` a CPU second."""
    began = time.process_time()
    for _ in range(count):
        work()
    return count / (time.process_time() - began)


def ours(count: int) -> dict[str, float]:
    """Our rates; verifying reads the status from a list of 100,000 kept unpacked, as the verifier of the platform does."""
    issuer, holder = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    claims = {
        "vct": "x",
        "iss": "https://mingzhou.example",
        "exp": NOW + 9999,
        "status": {"status_list": {"uri": URI, "idx": 77}},
    }
    hidden = {name: vc.Hidden(value) for name, value in CLAIMS.items()}
    token = vc.issue({**claims, **hidden}, issuer, now=NOW, holder=holder)
    shown = vc.present(token, ["age_equal_or_over.60"], holder, audience=AUDIENCE, nonce=NONCE, now=NOW)
    statuses = vc.read_list(vc.sign_list(vc.StatusList(100_000), URI, issuer, now=NOW, lifetime=600), URI, issuer, now=NOW)

    def verify() -> None:
        vc.check(vc.verify(shown, issuer, now=NOW, audience=AUDIENCE, nonce=NONCE).claims, lambda uri: statuses)

    return {
        "issue": rate(count, lambda: vc.issue({**claims, **hidden}, issuer, now=NOW, holder=holder)),
        "verify": rate(count, verify),
    }


def peer(count: int) -> dict[str, float] | None:
    """The same with the package ``sd-jwt`` (no status check there), or None."""
    try:
        from jwcrypto.jwk import JWK
        from sd_jwt.common import SDObj
        from sd_jwt.holder import SDJWTHolder
        from sd_jwt.issuer import SDJWTIssuer
        from sd_jwt.verifier import SDJWTVerifier
    except ImportError:
        return None
    issuer, holder = JWK.generate(kty="EC", crv="P-256"), JWK.generate(kty="EC", crv="P-256")
    public = JWK.from_json(issuer.export_public())

    def issue() -> str:
        claims = {"iss": "https://mingzhou.example", "exp": NOW + 9999, **{SDObj(name): value for name, value in CLAIMS.items()}}
        return SDJWTIssuer(claims, issuer, JWK.from_json(holder.export_public())).sd_jwt_issuance

    held = SDJWTHolder(issue())
    held.create_presentation({"age_equal_or_over.60": True}, NONCE, AUDIENCE, holder)
    shown = held.sd_jwt_presentation
    return {
        "issue": rate(count, issue),
        "verify": rate(count, lambda: SDJWTVerifier(shown, lambda *_: public, AUDIENCE, NONCE).get_verified_payload()),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--peer", default="")
    given = parser.parse_args()
    if given.peer:
        sys.path.append(given.peer)
    mine, other = ours(given.count), peer(max(100, given.count // 10))
    print(
        json.dumps(
            {
                "a CPU second": mine,
                "sd-jwt": other,
                "times": other and {name: round(mine[name] / other[name], 1) for name in mine},
            },
            indent=2,
        )
    )
