"""Every setting of an installation: one list, all in the environment, all documented in docs/settings.md.

Example::

    MINGTANG_DATA=/srv/mingtang MINGTANG_DATABASE_URL=postgresql://mingtang@db/mingtang mingtang serve
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mingtang.kernel.errors import CallerMistake, Sentence


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, default and meaning."""

    name: str
    default: str
    meaning: Sentence


SETTINGS: tuple[Setting, ...] = (
    Setting("MINGTANG_DATA", ".data", Sentence("数据目录：嵌入式数据库、密钥、附件、备份", "Folder of the embedded database, keys, attachments, backups")),
    Setting("MINGTANG_DATABASE_URL", "", Sentence("数据库：留空为数据目录中的 SQLite；或 postgresql://用户:口令@主机/库名",
                                                  "Database: empty for SQLite in the data folder, or postgresql://user:password@host/name")),
    Setting("MINGTANG_LEDGER", "embedded", Sentence("账本方式：embedded 或 server", "Ledger mode: embedded or server")),
    Setting("MINGTANG_LEDGER_ORIGIN", "mingzhou.example/ledger", Sentence("账本来源名，写在每个检查点首行", "Origin of the log, first line of each checkpoint")),
    Setting("MINGTANG_COMETBFT", "", Sentence("共识引擎 CometBFT 的程序路径；留空为 script/consortium 所建的",
                                              "Program of the consensus engine CometBFT; empty for the one that script/consortium builds")),
    Setting("MINGTANG_PUBLIC_URL", "http://127.0.0.1:8000", Sentence("居民访问的网址，写入回执和链接", "Address residents use; stands in receipts and links")),
    Setting("MINGTANG_HOSTS", "127.0.0.1,localhost,[::1]", Sentence("允许的主机名，逗号分隔", "Host names answered, comma separated")),
    Setting("MINGTANG_TIME_ZONE", "Asia/Shanghai", Sentence("城市的时区", "Time zone of the city")),
    Setting("MINGTANG_LANGUAGE", "zh-hans", Sentence("默认语言：zh-hans 或 en", "Default language: zh-hans or en")),
    Setting("MINGTANG_SCENES", "", Sentence("场景包目录，逗号分隔；留空为随程序的 scenes/", "Folders of scene packs, comma separated; empty for the scenes/ that come along")),
    Setting("MINGTANG_EXCHANGE", "", Sentence("数据源和用途的声明目录；留空为随程序的 exchange/", "Folder of declared sources and purposes; empty for the exchange/ that comes along")),
    Setting("MINGTANG_SOURCE_ADDRESSES", "", Sentence("数据源地址文件（JSON，名称到地址），可含口令", "File of source addresses (JSON, name to address); may hold passwords")),
    Setting("MINGTANG_DEMO", "", Sentence("1 表示演示城市明州：页面显示演示账号；生产中不得设置", "1 for the demo city of Mingzhou: pages show demo sign-ins; never in production")),
    Setting("MINGTANG_DEMO_IN_PUBLIC", "", Sentence("1 表示允许演示城市对外开放（账号口令公开，任何人可登录）",
                                                    "1 lets the demo city be opened to a network, where anybody can sign in with its public passwords")),
    Setting("MINGTANG_DEBUG", "", Sentence("1 表示开发方式；生产中不得设置", "1 for development; never in production")),
    Setting("MINGTANG_RATE_LIMITS", "1", Sentence("1 表示限制单个客户端的请求频率；0 表示不限（仅限测速）",
                                                  "1 limits how often one client may ask; 0 does not (for measuring only)")),
    Setting("MINGTANG_PROXIES", "0", Sentence("前面有几层反向代理；0 表示没有", "How many reverse proxies stand in front; 0 for none")),
    Setting("MINGTANG_METRICS_KEY", "", Sentence("读取 /metrics 的密钥；留空表示公开", "Key for /metrics; empty leaves it open")),
    Setting("MINGTANG_LOG_LEVEL", "INFO", Sentence("日志级别", "Log level")),
)

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


class BadSetting(CallerMistake):
    """A setting has a value that cannot be."""

    code = "site.bad_setting"
    text = Sentence("设置 {name} 的值不可用：{reason}。", "The setting {name} cannot be used: {reason}.")
    next_step = Sentence("请对照 docs/settings.md 改正。", "See docs/settings.md and correct it.")


def setting(name: str) -> str:
    """The value of the declared setting ``name``; KeyError if it is not declared."""
    return os.environ.get(name) or _DEFAULTS[name]


def count(name: str) -> int:
    """The value of the setting ``name`` as a whole number from 0 up; raises BadSetting."""
    value = setting(name)
    if not (value.isascii() and value.isdigit()):
        raise BadSetting(name=name, reason="must be a whole number")
    return int(value)


def data_folder() -> Path:
    """The data folder, absolute; relative values count from the working folder."""
    return Path(setting("MINGTANG_DATA")).expanduser().resolve()
