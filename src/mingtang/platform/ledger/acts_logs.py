"""Opening an agency's own log is an act of the city: who may sign under which key stands in the city's log."""

from __future__ import annotations

from django.db import transaction

from mingtang.platform.ledger.acts import Actor, Draft, seal
from mingtang.platform.ledger.logs.opening import Opened, open_log


def open_agency_log(name: str, actor: Actor) -> Opened:
    """Open the log ``name``, or give it a new token; raises BadLogName. Should the sealing fail, the token was shown to nobody."""
    with transaction.atomic():
        opened = open_log(name)
        seal(Draft("ledger.open-log", f"ledger/logs/{name}", actor, {"key": opened.verifier}))
    return opened
