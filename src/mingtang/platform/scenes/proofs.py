"""The verdicts on a pack's properties: proved, refuted with a case, or unknown; unknown is never shown as proved.

They are reckoned once, when a version is published, and kept with it: no page solves anything. Where the prover of the DMN engine is
not there, or a property cannot be asked, the verdict is unknown, with the reason.
"""

from __future__ import annotations

from typing import Any

from mingtang.kernel import MingtangError
from mingtang.platform.scenes.packs import Pack

STATUSES = ("proved", "refuted", "unknown")


def verdicts(pack: Pack) -> list[dict[str, Any]]:
    """For each declared property: id, contract, kind, titles, status, reason (zh, en), case (facts as JSON values, None where none)."""
    from mingtang.engines.dmn import prove, to_json

    ask = getattr(prove, "check", None)
    found: dict[str, Any] = {}
    for name in pack.contracts:
        asked = [one for one in pack.properties if one.contract == name]
        if ask is not None and asked:
            try:
                found |= {verdict.property: verdict for verdict in ask(pack.contract(name), asked)}
            except MingtangError:
                continue  # every property of this contract stays unknown
    told = []
    for one in pack.properties:
        verdict = found.get(one.id)
        status = getattr(verdict, "status", "unknown")
        reason = getattr(verdict, "reason", None)
        case = getattr(verdict, "case", None)
        told.append(
            {
                "property": one.id,
                "contract": one.contract,
                "kind": one.kind,
                "required": one.required,
                "titles": {"zh": one.titles.zh, "en": one.titles.en},
                "status": status if status in STATUSES else "unknown",
                "reason": {"zh": reason.zh, "en": reason.en} if reason else {"zh": "没有证明程序", "en": "no prover was at hand"},
                "case": {str(key): to_json(value) for key, value in case.items()} if isinstance(case, dict) else None,
            }
        )
    return told
