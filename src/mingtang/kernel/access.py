"""Who may use a route. Every view and API operation declares it with ``@access(RULE)``; what declares nothing is refused.

Rules:

    public                anyone
    link                  whoever holds the secret link; the view itself checks the secret
    official              any signed-in official
    official:PERMISSION   a signed-in official whose role holds the permission, e.g. ``official:requests.dispatch``
    operator              the IT office

The decorator marks the view and enforces the rule through the gate that the people app installs. Until a gate is
installed everything but ``public`` and ``link`` is refused.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from mingtang.kernel.errors import CallerMistake, Sentence

Gate = Callable[[Any, str], None]


class SignInNeeded(CallerMistake):
    """The route needs a signed-in person."""

    code = "access.sign_in_needed"
    status = 401
    text = Sentence("请先登录。", "Sign in first.")
    next_step = Sentence("登录后会回到这一页。", "After signing in you come back to this page.")


class NotAllowed(CallerMistake):
    """The person is signed in but may not do this."""

    code = "access.not_allowed"
    status = 403
    text = Sentence("您的岗位没有这项权限。", "Your post does not allow this.")
    next_step = Sentence("需要时请向本单位管理员申请。", "Ask your unit's administrator if you need it.")


def _closed(request: Any, rule: str) -> None:
    raise SignInNeeded()


_gate: Gate = _closed


def install_gate(gate: Gate) -> None:
    """Install the function that checks a request against a rule and raises SignInNeeded or NotAllowed."""
    global _gate
    _gate = gate


def declared(view: Any) -> str | None:
    """The rule that ``view`` declares, or None."""
    return getattr(view, "mingtang_access", None)


def access(rule: str) -> Callable[[Callable], Callable]:
    """Declare and enforce ``rule`` on a view whose first positional argument is the request."""
    if rule not in ("public", "link", "official", "operator") and not rule.startswith("official:"):
        raise ValueError(f"unknown access rule {rule!r}")
    is_open = rule in ("public", "link")

    def wrap(view: Callable) -> Callable:
        if inspect.iscoroutinefunction(view):
            @functools.wraps(view)
            async def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
                if not is_open:
                    _gate(request, rule)
                return await view(request, *args, **kwargs)
        else:
            @functools.wraps(view)
            def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
                if not is_open:
                    _gate(request, rule)
                return view(request, *args, **kwargs)
        guarded.mingtang_access = rule  # type: ignore[attr-defined]
        return guarded

    return wrap
