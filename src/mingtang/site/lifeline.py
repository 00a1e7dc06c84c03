"""A supervised process ends when its parent is gone, however the parent went: no orphan keeps the port or the worker's lock."""

from __future__ import annotations

import os
import signal
import threading
import time

_LOOK_SECONDS = 0.5
_PATIENCE = 5.0


def end_with_parent() -> None:
    """Watch the parent from now on: when it is gone, ask this process to end and after five seconds end it. Unsupervised: do nothing."""
    if not os.environ.get("MINGTANG_SUPERVISOR"):
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
