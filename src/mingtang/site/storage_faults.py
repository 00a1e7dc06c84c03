"""Faults of the place where things are kept - disk full, disk broken, database away - as answers that people understand.

Nothing of the act that met the fault was kept, for act and seal are one transaction; the answer says so, and when to try again.
"""

from __future__ import annotations

import errno

from django.db import DatabaseError, InterfaceError

from mingtang.kernel.errors import MingtangError, Sentence

RETRY_AFTER = 60


class StorageFull(MingtangError):
    """No space is left for the database or the files."""

    code = "site.storage_full"
    status = 503
    text = Sentence("系统的存储空间已满，这一步没有保存。", "The city's storage is full; this step was not saved.")
    next_step = Sentence("运维人员已能看到这一故障。请过几分钟重试；急事请拨打 12345。",
                         "The IT office can see the fault. Try again in a few minutes; if it is urgent, call 12345.")


class StorageAway(MingtangError):
    """The database cannot be reached, is busy for too long, or its disk fails."""

    code = "site.storage_away"
    status = 503
    text = Sentence("系统暂时无法读写数据，这一步没有保存。", "The city cannot reach its data for the moment; this step was not saved.")
    next_step = Sentence("请过一分钟重试；急事请拨打 12345。", "Try again in a minute; if it is urgent, call 12345.")


_FULL = ("database or disk is full", "no space left on device", "disk full", "could not extend file")
_AWAY = ("disk i/o error", "unable to open database file", "readonly database", "database is locked", "connection", "server closed", "shutting down",
         "starting up", "too many clients")


def storage_fault(fault: BaseException | None) -> MingtangError | None:
    """The error of ours for a fault of the storage anywhere in the chain of causes; None for any other."""
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
            return StorageFull()
        if isinstance(fault, OSError) and fault.errno in (errno.EIO, errno.EROFS):
            return StorageAway()
        if isinstance(fault, (DatabaseError, InterfaceError)):
            said = str(fault).lower()
            if any(words in said for words in _FULL):
                return StorageFull()
            if any(words in said for words in _AWAY):
                return StorageAway()
        fault = fault.__cause__ or fault.__context__
    return None
