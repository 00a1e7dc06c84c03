"""Photos: cleaned of what a camera writes, bounded, hostile bytes refused, shown to everyone only after an official's act."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from mingtang.city.requests import actions, acts, photos, reads
from mingtang.city.requests.faults import NotYourUnit
from mingtang.city.requests.photos import NoSuchPhoto, PhotoRefused
from mingtang.platform.ledger import reads as ledger
from tests.city.requests.conftest import RESIDENT, official


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def _bytes(form="JPEG", size=(120, 80), mode="RGB", **more):
    out = io.BytesIO()
    Image.new(mode, size, 100).save(out, form, **more) if mode in ("L", "P") else Image.new(mode, size, "green").save(out, form, **more)
    return out.getvalue()


def _png(width, height):
    """A PNG that claims a size and has almost nothing behind it."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")])
def test_pictures_of_each_kind_are_kept_as_jpeg(form, mode):
    """JPEG, PNG and WebP in any mode come back as JPEG under the hash of their bytes; the same picture is kept once."""
    kept = photos.store(_bytes(form, mode=mode))
    again = photos.store(_bytes(form, mode=mode))
    assert kept == again and kept.media_type == "image/jpeg" and (kept.width, kept.height) == (120, 80)
    assert photos.content(kept.sha256)[:3] == b"\xff\xd8\xff" and len(photos.content(kept.sha256)) == kept.size


def test_nothing_of_the_camera_stays():
    """Place, time, comment and what is hung behind the picture are gone."""
    exif = Image.Exif()
    exif[0x010F], exif[0x9003] = "SECRET-CAMERA", "2026:03:02 09:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    kept = photos.store(_bytes(exif=exif, comment=b"SECRET-COMMENT") + b"SECRET-TAIL")
    content = photos.content(kept.sha256)
    assert b"SECRET" not in content and b"Exif" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


def test_a_large_picture_is_made_smaller():
    """No side is longer than is kept."""
    kept = photos.store(_bytes(size=(4000, 1000)))
    assert (kept.width, kept.height) == (2000, 500)


@pytest.mark.parametrize("data", [
    b"", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 50, _bytes()[:60], b"\x89PNG\r\n\x1a\n" + b"\0" * 40, _png(60_000, 60_000), _png(20_000, 20_000), _png(0, 5),
    b"%!PS-Adobe\n" * 9, b"II*\0" + b"\xff" * 90, b"RIFF\xff\xff\xff\xffWEBPVP8 ", b"\xff" * (photos.BYTES_MOST + 1),
], ids=["empty", "svg", "gif", "cut", "broken-png", "bomb", "large-bomb", "no-width", "postscript", "tiff", "webp", "too-many-bytes"])
def test_hostile_bytes_are_refused(data):
    """Whatever is no picture within the bounds is refused and nothing is kept."""
    with pytest.raises(PhotoRefused):
        photos.store(data)
    from django.conf import settings

    assert not list(settings.MEDIA_ROOT.rglob("*"))


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "0" * 64])
def test_only_kept_pictures_are_read(name):
    """A name that is no hash of a kept picture gives nothing."""
    with pytest.raises(NoSuchPhoto):
        photos.content(name)


@pytest.fixture
def shown(mingzhou):
    """A request with a photo kept here and one elsewhere."""
    kept = photos.store(_bytes())
    media = (kept, acts.Attachment(url="https://pictures.example/1.jpg", media_type="link"))
    filed = acts.file(acts.Filing(text="望潮街道小区停水三天了", place=acts.Place(street="MZ-D1-S1"), media=media), RESIDENT)
    return filed, kept


def test_the_public_sees_a_photo_after_its_release(shown, client):
    """Before: only the resident's link; after the official's act everyone; taken back, nobody else again. Each is an act with the row sealed."""
    filed, kept = shown
    address, mine = f"/requests/{filed.number}/photos/{kept.sha256}/", f"/requests/{filed.number}/mine/{filed.secret}/photos/{kept.sha256}/"
    assert client.get(address).status_code == 404 and client.get(mine).status_code == 200
    actions.BY_VERB["release_photos"].do(filed.number, official(filed.unit), {})
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    listed = client.get(f"/open311/v2/requests/{filed.number}.json").json()[0]["media_url"]
    assert listed.endswith(address)
    actions.BY_VERB["withdraw_photos"].do(filed.number, official(filed.unit), {})
    assert client.get(address).status_code == 404
    assert [act.kind for act in ledger.acts_of(f"requests/{filed.number}")][2:] == ["requests.release_photo"] * 2


def test_the_desk_offers_what_fits(shown):
    """A photo not shown can be shown, one shown can be taken back; a picture held elsewhere is never offered nor shown."""
    filed, kept = shown
    unit = official(filed.unit)

    def offered():
        return [action.verb for action in actions.offered(reads.full(filed.number), unit, lambda permission: True) if action.verb.endswith("_photos")]

    assert offered() == ["release_photos"]
    actions.BY_VERB["release_photos"].do(filed.number, unit, {})
    assert offered() == ["withdraw_photos"]
    assert [picture.sha256 for picture in reads.pictures(filed.number)] == [kept.sha256]


def test_only_the_unit_in_charge_releases(shown):
    """Another unit's official may not."""
    with pytest.raises(NotYourUnit):
        actions.BY_VERB["release_photos"].do(shown[0].number, official("MZ-POWER" if shown[0].unit != "MZ-POWER" else "MZ-URBAN"), {})
