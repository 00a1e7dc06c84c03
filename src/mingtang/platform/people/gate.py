"""The gate behind ``@access``: who is signed in, and what the roles of that person allow."""

from __future__ import annotations

from typing import Any

from mingtang.kernel.access import NotAllowed, SignInNeeded
from mingtang.platform.people.models import Official, RoleGrant
from mingtang.platform.people.permissions import holds


def signed_in(request: Any) -> Official | None:
    """The official behind ``request``, or none: not signed in, dismissed, or no session on this request."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.is_active:
        return user
    return None


def roles_of(official: Official) -> frozenset[str]:
    """The roles in force, read once a request (they hang on the object that the session gave)."""
    found = getattr(official, "_roles_in_force", None)
    if found is None:
        found = frozenset(RoleGrant.objects.in_force().filter(official_id=official.code).values_list("role", flat=True))
        official._roles_in_force = found
    return found


def check(request: Any, rule: str) -> None:
    """Return where ``rule`` lets ``request`` pass; raises SignInNeeded or NotAllowed."""
    official = signed_in(request)
    if official is None:
        raise SignInNeeded()
    if rule == "official":
        return
    roles = roles_of(official)
    if rule == "operator":
        if "operator" not in roles:
            raise NotAllowed()
        return
    if not holds(roles, rule.removeprefix("official:")):
        raise NotAllowed()
