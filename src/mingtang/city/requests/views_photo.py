"""Photos of requests through three doors: the public sees what an official released, the resident and the officials concerned see all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mingtang.city.requests import photos, reads, views_desk
from mingtang.kernel.access import access
from mingtang.platform.people import reads as people


@access("public")
def public(request: HttpRequest, number: str, sha256: str) -> HttpResponse:
    """A photo that an official made public."""
    return _answer(reads.pictures(number), sha256, "public, max-age=300")


@access("link")
def mine(request: HttpRequest, number: str, secret: str, sha256: str) -> HttpResponse:
    """A photo for whoever holds the secret link."""
    return _answer(reads.by_secret(number, secret).pictures, sha256, "private, no-store")


@access("official:requests.read")
def desk(request: HttpRequest, number: str, sha256: str) -> HttpResponse:
    """A photo for officials who have a part in the request."""
    full = reads.full(number)
    views_desk.refuse_strangers(request, full, people.actor(request))
    return _answer(full.pictures, sha256, "private, no-store")


def _answer(pictures: tuple | list, sha256: str, cache: str) -> HttpResponse:
    found = next((picture for picture in pictures if picture.sha256 == sha256), None)
    if found is None:
        raise photos.NoSuchPhoto()
    answer = HttpResponse(photos.content(sha256), content_type=found.media_type)
    answer["Cache-Control"] = cache
    answer["Content-Disposition"] = "inline"
    return answer
