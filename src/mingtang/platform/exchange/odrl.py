"""A purpose as an ODRL 2.2 policy (JSON-LD), and back: other systems read what may be done with the data in a language they know.

Each source is a permission to ``odrl:use`` its fields (``mt:field``) or its predicates (``mt:predicate``), assigned to the callers, under the constraints
purpose and ``odrl:dateTime``-free retention (``odrl:elapsedTime``). What ODRL has no word for stands in our namespace, so that nothing is lost: ``purpose_of(policy_of(x)) == x``.
"""

from __future__ import annotations

from typing import Any

from mingtang.platform.exchange.faults import BadDeclaration

CONTEXT = ["http://www.w3.org/ns/odrl.jsonld", {"mt": "https://mingtang.example/ns/exchange#", "dpv": "https://w3id.org/dpv#"}]
_DPV = {
    "consent": "dpv:Consent",
    "contract": "dpv:Contract",
    "statutory-duty": "dpv:LegalObligation",
    "emergency": "dpv:VitalInterest",
    "public-interest": "dpv:PublicInterest",
    "own-access": "dpv:DataSubjectRight",
}


def policy_of(given: dict[str, Any], base: str) -> dict[str, Any]:
    """The policy of a purpose's declaration ``given``; ``base`` is the address of this installation."""
    sources = dict.fromkeys([*given.get("fields", {}), *(p["source"] for p in given.get("predicates", []))])
    rest = {
        key: value
        for key, value in given.items()
        if key not in ("code", "agency", "callers", "grounds", "fields", "predicates", "retention_days")
    }
    return {
        "@context": CONTEXT,
        "@type": "Set",
        "uid": f"{base}/exchange/purposes/{given['code']}",
        "profile": "https://mingtang.example/ns/exchange",
        "permission": [_permission(given, source, base) for source in sources],
        "prohibition": [{"target": f"{base}/exchange/sources/{source}", "action": "distribute"} for source in sources],
        "mt:declaration": rest | {"code": given["code"], "agency": given["agency"]},
    }


def _permission(given: dict[str, Any], source: str, base: str) -> dict[str, Any]:
    return {
        "target": f"{base}/exchange/sources/{source}",
        "assigner": f"urn:mingtang:unit:{given['agency']}",
        "assignee": [f"urn:mingtang:unit:{caller}" for caller in given.get("callers", [])],
        "action": "use",
        "constraint": [
            {"leftOperand": "purpose", "operator": "eq", "rightOperand": given["code"]},
            {
                "leftOperand": "elapsedTime",
                "operator": "lteq",
                "rightOperand": {"@value": f"P{given['retention_days']}D", "@type": "xsd:duration"},
            },
        ],
        "duty": [{"action": "inform"}],
        "dpv:hasLegalBasis": [_DPV[ground["kind"]] for ground in given.get("grounds", [])],
        "mt:ground": given.get("grounds", []),
        "mt:field": given.get("fields", {}).get(source, []),
        "mt:predicate": [p for p in given.get("predicates", []) if p["source"] == source],
    }


def purpose_of(policy: Any) -> dict[str, Any]:
    """The declaration that ``policy_of`` wrote as ``policy``; raises BadDeclaration for a policy that says other or more than we can hold to."""
    try:
        permissions = policy["permission"]
        first = permissions[0]
        code = first["constraint"][0]["rightOperand"]
        days = int(first["constraint"][1]["rightOperand"]["@value"].removeprefix("P").removesuffix("D"))
        given = dict(policy["mt:declaration"]) | {
            "code": code,
            "agency": first["assigner"].rpartition(":")[2],
            "callers": [assignee.rpartition(":")[2] for assignee in first["assignee"]],
            "grounds": first["mt:ground"],
            "retention_days": days,
        }
        base = policy["uid"].rpartition("/exchange/purposes/")[0]
        fields, predicates = {}, []
        for permission in permissions:
            source = permission["target"].rpartition("/")[2]
            if permission["mt:field"]:
                fields[source] = permission["mt:field"]
            predicates += permission["mt:predicate"]
        given |= ({"fields": fields} if fields else {}) | ({"predicates": predicates} if predicates else {})
        faithful = policy_of(given, base) == policy
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        faithful = False
    if not faithful:
        raise BadDeclaration(file="policy", zh="策略含有不能保证执行的内容", en="the policy says what cannot be held to here")
    return given
