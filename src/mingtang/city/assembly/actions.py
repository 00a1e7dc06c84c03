"""The action list of a proposal: what happens if it is carried, typed, readable by a person, and hashed before the vote.

    actions = read([{"do": "reserve_budget", "line": "renewal", "amount": 60000000},
                    {"do": "call_tender", "unit": "MZ-D1-S1", "what": "加装电梯的施工单位", "days": 30},
                    {"do": "release", "milestone": 1},
                    {"do": "publish", "what": "表决结果和合同"},
                    {"do": "open_case", "unit": "MZ-D1", "what": "协调管线迁移", "days": 20}])
    binding(actions)                         # "sha256:...": it goes into the election's fingerprint

Amounts are fen, days are natural days from the day the result is final. ``release`` names a milestone whose acceptance may release money;
where a list has any, only these milestones may be contracted.
"""

from __future__ import annotations

from typing import Any

from mingtang.city.assembly.faults import ActionsRefused
from mingtang.kernel import canonical_json, digest

DOMAIN = "mingtang/action-list/v1"
MOST = 50
_FIELDS: dict[str, dict[str, type]] = {
    "reserve_budget": {"line": str, "amount": int},
    "call_tender": {"unit": str, "what": str, "days": int},
    "release": {"milestone": int},
    "publish": {"what": str},
    "open_case": {"unit": str, "what": str, "days": int},
}
KINDS = tuple(_FIELDS)


def read(given: Any) -> list[dict[str, Any]]:
    """The actions, checked; raises ActionsRefused with the place. At most one ``reserve_budget``; each ``release`` once."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        raise ActionsRefused(path="actions", place="actions", reason=f"1-{MOST}")
    actions = [_action(value, f"actions[{i}]") for i, value in enumerate(given)]
    if sum(one["do"] == "reserve_budget" for one in actions) > 1:
        raise ActionsRefused(path="actions", place="actions", reason="reserve_budget")
    released = [one["milestone"] for one in actions if one["do"] == "release"]
    if len(set(released)) != len(released) or (released and not any(one["do"] == "reserve_budget" for one in actions)):
        raise ActionsRefused(path="actions", place="actions", reason="release")
    return actions


def _action(value: Any, path: str) -> dict[str, Any]:
    kind = value.get("do") if isinstance(value, dict) else None
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        raise ActionsRefused(path=f"{path}.do", place=f"{path}.do", reason=", ".join(KINDS))
    if set(value) != {"do", *fields}:
        raise ActionsRefused(path=path, place=path, reason=", ".join(fields))
    for name, wanted in fields.items():
        given = value[name]
        if type(given) is not wanted:
            raise ActionsRefused(path=f"{path}.{name}", place=f"{path}.{name}", reason=name)
        if wanted is str and (not 1 <= len(given.strip()) <= 200 or "\x00" in given):
            raise ActionsRefused(path=f"{path}.{name}", place=f"{path}.{name}", reason=name)
        if wanted is int and not 0 < given <= (10**14 if name == "amount" else 3650):
            raise ActionsRefused(path=f"{path}.{name}", place=f"{path}.{name}", reason=name)
    return {"do": kind, **{name: value[name].strip() if fields[name] is str else value[name] for name in fields}}


def binding(actions: list[dict[str, Any]]) -> str:
    """The hash of the list, over its canonical bytes."""
    return "sha256:" + digest(DOMAIN, actions).hex()


def text(actions: list[dict[str, Any]]) -> str:
    """The list as the bytes that are hashed, for whoever wants to hash them again."""
    return canonical_json(actions).decode("utf-8")


def reserved(actions: list[dict[str, Any]]) -> tuple[str, int]:
    """The budget line and the fen that the list reserves; ("", 0) where it needs no money."""
    for one in actions:
        if one["do"] == "reserve_budget":
            return one["line"], one["amount"]
    return "", 0


def releases(actions: list[dict[str, Any]]) -> set[int]:
    """The milestones that the list names; empty means any."""
    return {one["milestone"] for one in actions if one["do"] == "release"}
