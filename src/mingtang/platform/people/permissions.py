"""What each role may do: one table. A permission is ``office.verb``; a route asks for one with ``@access("official:PERMISSION")``.

Whether the matter at hand belongs to the official's unit is checked by the office itself, with the actor's unit.

Trust: whoever can grant roles (``people.appoint``) can give himself any of these; each grant is sealed and shown by the audit.
"""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, Sentence

# Role -> its title, then its permissions.
ROLES: dict[str, Sentence] = {
    "clerk": Sentence("热线坐席", "Hotline desk"),
    "officer": Sentence("承办人", "Case officer"),
    "head": Sentence("单位负责人", "Head of unit"),
    "supervisor": Sentence("督办人员", "City supervision"),
    "auditor": Sentence("审计人员", "Auditor"),
    "author": Sentence("场景编写人", "Author of scenes"),
    "operator": Sentence("运行维护人员", "IT office"),
}

_READ = {"requests.desk", "requests.read", "requests.note", "cases.read"}
_HANDLE = _READ | {
    "requests.accept", "requests.handle", "requests.return", "requests.joint", "requests.arrive", "requests.reply",
    "requests.extend", "requests.pause", "requests.resume", "exchange.counter", "exchange.answer", "enterprises.decide",
    "credentials.revoke",
}

PERMISSIONS: dict[str, frozenset[str]] = {
    "clerk": frozenset(_READ | {"requests.file", "requests.dispatch", "requests.review", "requests.callback", "exchange.counter"}),
    "officer": frozenset(_HANDLE | {"requests.park", "requests.exclude"}),
    "head": frozenset(_HANDLE | {"requests.park", "requests.unpark", "requests.exclude", "requests.approve", "requests.review"}),
    "supervisor": frozenset(_READ | {
        "requests.board", "requests.supervise", "requests.dispatch", "requests.review", "requests.approve", "requests.exclude",
        "requests.park", "requests.unpark", "requests.publish", "scenes.publish",
    }),
    "auditor": frozenset({"requests.read", "requests.board", "requests.audit", "cases.read", "ledger.audit", "people.read"}),
    "author": frozenset({"scenes.author", "scenes.publish"}),
    "operator": frozenset({"people.read", "people.appoint", "cases.read", "cases.operate", "ledger.audit", "site.operate"}),
}


class NoSuchRole(CallerMistake):
    """The role is not one of the table."""

    code = "people.no_such_role"
    text = Sentence("没有“{role}”这个岗位。", "There is no role “{role}”.")
    next_step = Sentence("岗位有：{roles}。", "The roles are: {roles}.")


def known(role: str) -> str:
    """``role`` if the table has it; raises NoSuchRole."""
    if role not in ROLES:
        raise NoSuchRole(role=str(role)[:40], roles=", ".join(ROLES))
    return role


def holds(roles: set[str] | frozenset[str], permission: str) -> bool:
    """Whether one of ``roles`` has ``permission``."""
    return any(permission in PERMISSIONS.get(role, ()) for role in roles)
