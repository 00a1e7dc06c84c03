"""Photos of requests: checked, stripped of what a camera writes into them, kept under the hash of their content.

1. Only JPEG, PNG and WebP are read; the size in bytes and in pixels is bounded before a pixel is decoded.
2. The picture is decoded and encoded anew, so that nothing but its pixels is kept: no place, no time, no camera, nothing hidden behind it.
3. The file's name is the SHA-256 of the new bytes. Who may see it is decided by the view that serves it (``views_photo``).

Trust: a decoder reads hostile bytes here. Pillow is kept current for that, and a picture that takes more than the bounds is refused unread.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import warnings
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps

from mingtang.city.requests.filing import Attachment
from mingtang.kernel import CallerMistake, RefusedInput, Sentence

BYTES_MOST = 10 * 1024 * 1024
PIXELS_MOST = 50_000_000
SIDE_KEPT = 2000
_FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoRefused(RefusedInput):
    """The file is no picture that can be taken."""

    code = "requests.photo"
    text = Sentence("这张照片不能接受：{reason}。", "This photo cannot be taken: {reason}.")
    next_step = Sentence(
        "请用不超过 10 MB 的 JPEG、PNG 或 WebP 照片，或者不附照片。",
        "Use a JPEG, PNG or WebP of at most 10 MB, or go on without a photo.",
    )


class NoSuchPhoto(CallerMistake):
    """There is no such photo for the one who asks."""

    code = "requests.no_photo"
    status = 404
    text = Sentence("没有这张照片，或者它没有公开。", "There is no such photo, or it is not public.")
    next_step = Sentence("请从诉求的页面打开照片。", "Open the photo from the page of the request.")


def store(data: bytes) -> Attachment:
    """Check a picture, encode it anew without its hidden words, keep it under its hash. Raises PhotoRefused; the same picture is kept once."""
    if len(data) > BYTES_MOST:
        raise PhotoRefused(path="photo", reason=f"> {BYTES_MOST // (1024 * 1024)} MB")
    picture = _decoded(data)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, optimize=True)
    clean = out.getvalue()
    name = hashlib.sha256(clean).hexdigest()
    _keep(_path(name), clean)
    return Attachment(sha256=name, media_type="image/jpeg", size=len(clean), width=picture.width, height=picture.height)


def content(sha256: str) -> bytes:
    """The bytes kept under ``sha256``; raises NoSuchPhoto."""
    try:
        return _path(sha256).read_bytes()
    except OSError:
        raise NoSuchPhoto() from None


def remove(sha256: str) -> None:
    """Delete the bytes kept under ``sha256``; doing it twice does no harm."""
    _path(sha256).unlink(missing_ok=True)


def _decoded(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
                if found.width * found.height > PIXELS_MOST:
                    raise PhotoRefused(path="photo", reason=f"{found.width} × {found.height}")
                upright = ImageOps.exif_transpose(found)
                upright.thumbnail((SIDE_KEPT, SIDE_KEPT))
                return _flat(upright)
    except PhotoRefused:
        raise
    except Exception:  # noqa: BLE001 - whatever a decoder raises on hostile bytes, the answer is the same
        raise PhotoRefused(path="photo", reason="JPEG, PNG, WebP") from None


def _flat(picture: Image.Image) -> Image.Image:
    """The picture in three colours on white, with nothing behind it."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        return ground
    # Pixels alone: a converted picture would carry its comment into the new file.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture.convert("RGB"))
    return bare


def _path(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / sha256[:2] / f"{sha256}.jpg"


def _keep(path: Path, data: bytes) -> None:
    """Write whole or not at all; a picture that is there already is the same one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)
