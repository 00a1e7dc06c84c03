"""Scene packs as plain values: files, their formats, and the pack that they make. No Django, no database."""

from mingtang.platform.scenes.packs.faults import Finding, PackRefused
from mingtang.platform.scenes.packs.files import read_folder
from mingtang.platform.scenes.packs.pack import Pack, load

__all__ = ["Finding", "Pack", "PackRefused", "load", "read_folder"]
