"""Starts that are refused because they would be unsafe, each with its reason."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings

from mingtang.kernel import CallerMistake, Sentence
from mingtang.site.config import setting


class UnsafeStart(CallerMistake):
    """The settings together are unsafe."""

    code = "site.unsafe_start"
    status = 409
    text = Sentence("拒绝启动：{zh}。", "Refused to start: {en}.")
    next_step = Sentence("请按 docs/operations.md 改正设置；mingtang doctor 会列出全部问题。",
                         "Correct the settings as docs/operations.md says; mingtang doctor lists all that is wrong.")


def is_public() -> bool:
    """Whether the public address is more than this machine."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return not (host == "localhost" or host.endswith(".localhost"))


def unsafe() -> list[Sentence]:
    """What makes a start unsafe; empty where nothing does."""
    found = []
    if not is_public():
        return found
    if settings.DEBUG:
        found.append(Sentence("公网地址下不能打开 MINGTANG_DEBUG：出错页会泄露内部信息",
                              "MINGTANG_DEBUG under a public address: its error pages tell inner things"))
    if settings.DEMO and setting("MINGTANG_DEMO_IN_PUBLIC") != "1":
        found.append(Sentence("公网地址下不能打开 MINGTANG_DEMO：演示账号的口令是公开的",
                              "MINGTANG_DEMO under a public address: the demo sign-ins are known to everybody"))
    if not settings.PUBLIC_URL.startswith("https://") and not settings.DEMO:
        found.append(Sentence("公网地址不是 https：口令和会话会明文传输",
                              "the public address is not https: passwords and sessions would travel in the clear"))
    return found


def refuse_unsafe_start() -> None:
    """Raise UnsafeStart with the first reason, where there is one."""
    for reason in unsafe():
        raise UnsafeStart(zh=reason.zh, en=reason.en)
