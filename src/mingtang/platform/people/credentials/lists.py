"""Status lists: places drawn at random, the signed list as it stands now, and statuses looked up for our own verifier.

A list is never handed out older than the last change: what is kept in memory is keyed by the count of changes. Foreign lists are fetched over
https from the issuer's own host alone, within three seconds and 4 MiB, and kept until they run out; whatever fails refuses (it fails closed).
"""

from __future__ import annotations

import secrets
import threading
import urllib.request
from functools import lru_cache
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F

from mingtang.engines import vc
from mingtang.kernel import now
from mingtang.platform.people.credentials import addresses, keys
from mingtang.platform.people.credentials.faults import NoSuchIssuer
from mingtang.platform.people.credentials.models import Issue, Place, StatusPage

SIZE, LIFETIME = 131_072, 3600
_SECONDS, _MOST = 3.0, 4 * 1024 * 1024
_foreign: dict[str, tuple[vc.StatusList, float]] = {}
_lock = threading.Lock()


def draw(agency: str, issue: Issue, count: int) -> list[tuple[str, int]]:
    """``count`` random places for an issue, as addresses and indices, in the open transaction; a list half full is followed by a new one."""
    page = StatusPage.objects.select_for_update().filter(agency=agency, used__lt=F("size") / 2 - count).order_by("pk").first()
    page = page or StatusPage.objects.create(agency=agency, size=SIZE)
    drawn: list[tuple[str, int]] = []
    while len(drawn) < count:
        place = secrets.randbelow(page.size)
        try:
            with transaction.atomic():
                Place.objects.create(page=page, place=place, issue=issue)
        except IntegrityError:
            continue
        drawn.append((addresses.status(agency, page.pk), place))
    StatusPage.objects.filter(pk=page.pk).update(used=F("used") + count)
    return drawn


def changed(issue: Issue) -> None:
    """The lists that hold an issue's places are other ones from now on."""
    StatusPage.objects.filter(place__issue=issue).update(changes=F("changes") + 1)


def signed(agency: str, page: int) -> str:
    """The status list token as it stands now, signed anew after each change and every quarter of its life; raises NoSuchIssuer."""
    row = StatusPage.objects.filter(agency=agency, pk=page).first()
    if row is None:
        raise NoSuchIssuer(unit=agency)
    at = int(now().timestamp())
    return _signed(agency, page, row.size, row.changes, at // (LIFETIME // 4) * (LIFETIME // 4))


@lru_cache(maxsize=64)
def _signed(agency: str, page: int, size: int, changes: int, at: int) -> str:
    statuses = vc.StatusList(size)
    for place, status in Place.objects.filter(page_id=page).exclude(issue__status=vc.VALID).values_list("place", "issue__status"):
        statuses.set(place, status)
    return vc.sign_list(statuses, addresses.status(agency, page), keys.key(agency, "issue"), now=at, lifetime=LIFETIME)


class _Own:
    """Statuses of our own list, from the rows themselves: a change counts from the moment it is made."""

    def __init__(self, page: int) -> None:
        self._page = page

    def get(self, index: int) -> int:
        """The status at ``index``; a place that was never given out refuses."""
        found = Place.objects.filter(page_id=self._page, place=index).values_list("issue__status", flat=True).first()
        if found is None:
            raise vc.RefusedCredential(rule="index lies in the status list")
        return found


def own(agency: str, uri: str):
    """The statuses behind an address of our own agency's list; raises StatusUnavailable for any other address."""
    prefix = addresses.issuer(agency) + "/status/"
    number = uri.removeprefix(prefix)
    if not uri.startswith(prefix) or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise vc.StatusUnavailable()
    if not StatusPage.objects.filter(agency=agency, pk=int(number)).exists():
        raise vc.StatusUnavailable()
    return _Own(int(number))


def foreign(issuer: str, key: vc.Key, uri: str) -> vc.StatusList:
    """The statuses of another issuer's list, from the issuer's own host; raises StatusUnavailable, RefusedCredential."""
    at = now().timestamp()
    with _lock:
        kept = _foreign.get(uri)
    if kept and kept[1] > at:
        return kept[0]
    where, whose = urlsplit(uri), urlsplit(issuer)
    if where.scheme != "https" or where.netloc != whose.netloc or "@" in where.netloc:
        raise vc.StatusUnavailable()
    statuses = vc.read_list(fetch(uri), uri, key, now=int(at))
    with _lock:
        if len(_foreign) >= 64:
            _foreign.clear()
        _foreign[uri] = (statuses, at + 300)
    return statuses


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        """Nowhere: a list lies where the credential says."""
        return None


def fetch(uri: str) -> str:
    """The text at an https address, bounded in time and size; raises StatusUnavailable."""
    request = urllib.request.Request(uri, headers={"Accept": "application/statuslist+jwt"})
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
            data = answer.read(_MOST + 1)
        if len(data) > _MOST:
            raise vc.StatusUnavailable()
        return data.decode("ascii").strip()
    except (OSError, ValueError):
        raise vc.StatusUnavailable() from None
