"""Sign-in with password and second factor (TOTP, RFC 6238: six digits, 30 seconds).

Rules, in this order:

1. A dismissed or unknown code costs as much time as a known one and gives the same answer.
2. After five wrong tries the code waits: one minute, then twice as long each time, at most an hour. Passkeys are not held up.
3. Which of code, password and digits was wrong is never said.
4. Six digits serve once (RFC 6238, section 5.2) and hold one step before and after their time.
5. Who has no second factor yet is not signed in: he must enrol one first (``Pending``).

Trust: the demo sign-ins' digits are printed on the page in a demo city, so rule 4 gives nothing there and does not hold for them.
"""

from __future__ import annotations

import hmac
import logging
from datetime import datetime, timedelta

import pyotp
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from mingtang.kernel import now
from mingtang.platform.people import closed_secret, demo, models
from mingtang.platform.people.faults import SecondFactorRefused, SignInLocked, WrongSignIn

_log = logging.getLogger("mingtang.people")

BACKEND = "mingtang.platform.people.session.OfficialSession"
_STEP_SECONDS = 30
_FREE_TRIES = 5
_LONGEST_WAIT_MINUTES = 60
_RECENT = timedelta(minutes=15)
_PENDING_FOR = timedelta(minutes=10)


def proven(code: str, password: str, digits: str) -> tuple[models.Official, bool]:
    """The official whom code, password and digits prove, and whether a second factor was part of it.

    Raises WrongSignIn, or SignInLocked after too many tries.
    """
    row = models.Official.objects.filter(code=code, is_active=True).first()
    if row is None:
        make_password(password)  # rule 1: the work of a check
        raise WrongSignIn()
    moment = now()
    if row.locked_until and row.locked_until > moment:
        raise SignInLocked(minutes=1 + int((row.locked_until - moment).total_seconds() // 60))
    factor = models.SecondFactor.objects.filter(official_id=row.code, removed_at=None).first()
    if not check_password(password, row.password) or (factor is not None and not _spend(factor, digits)):
        _count_failure(row)
        raise WrongSignIn()
    if row.failures:
        models.Official.objects.filter(pk=row.pk).update(failures=0, locked_until=None)
    return row, factor is not None


def step_of(secret: str, digits: str) -> int:
    """The step whose six digits ``digits`` are, within one step of now; raises SecondFactorRefused."""
    current = int(now().timestamp()) // _STEP_SECONDS
    otp = pyotp.TOTP(secret)
    given = "".join(digits.split())
    for step in (current, current - 1, current + 1):
        if given.isascii() and hmac.compare_digest(otp.generate_otp(step), given):
            return step
    raise SecondFactorRefused(path="digits")


def _spend(factor: models.SecondFactor, digits: str) -> bool:
    try:
        step = step_of(closed_secret.reveal(factor.secret), digits)
    except SecondFactorRefused:
        return False
    if settings.DEMO and factor.official_id in demo.CODES:
        return True
    return bool(models.SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step))


def _count_failure(row: models.Official) -> None:
    models.Official.objects.filter(pk=row.pk).update(failures=F("failures") + 1)
    failures = models.Official.objects.values_list("failures", flat=True).get(pk=row.pk)
    if failures >= _FREE_TRIES:
        minutes = min(2 ** min(failures - _FREE_TRIES, 10), _LONGEST_WAIT_MINUTES)
        models.Official.objects.filter(pk=row.pk).update(locked_until=now() + timedelta(minutes=minutes))
    _log.warning("sign-in refused, try %d in a row", failures)


def begin(request, official: models.Official) -> None:
    """Sign ``official`` in: a fresh session, its key rotated."""
    login(request, official, backend=BACKEND)
    request.session["signed_in_at"] = now().isoformat()
    _log.info("signed in: %s", official.code)


def is_recent(request) -> bool:
    """Whether the person signed in within the last quarter of an hour: needed before credentials change."""
    return _within(request.session.get("signed_in_at"), _RECENT)


def hold_pending(request, official: models.Official) -> None:
    """Remember for ten minutes that the password was right and a second factor is still to be enrolled (rule 5)."""
    request.session.cycle_key()
    request.session["pending"] = {"code": official.code, "at": now().isoformat(), "secret": pyotp.random_base32()}


def pending(request) -> tuple[models.Official, str]:
    """The official who must enrol a second factor, and the secret drawn for it; raises WrongSignIn."""
    held = request.session.get("pending") or {}
    row = models.Official.objects.filter(code=held.get("code", ""), is_active=True).first()
    if row is None or not _within(held.get("at"), _PENDING_FOR):
        raise WrongSignIn()
    return row, held["secret"]


def _within(stamp: str | None, span: timedelta) -> bool:
    return stamp is not None and timedelta(0) <= now() - datetime.fromisoformat(stamp) <= span
