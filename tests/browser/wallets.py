"""A city with registers and cards under its real public address, in a process of its own, for the journey of a wallet.

Run as ``python -m tests.browser.wallets FOLDER``; prints one line of JSON when it serves: address, cards by the demo person's key, PIN.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from wsgiref.simple_server import make_server

from tests.browser.city import _Quiet, _Server


def main(folder: str) -> None:
    """Found the city with its registers, serve it until the process is ended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    os.environ.update(
        MINGTANG_DATA=folder,
        MINGTANG_DEMO="1",
        MINGTANG_LOG_LEVEL="CRITICAL",
        MINGTANG_HOSTS="127.0.0.1",
        MINGTANG_RATE_LIMITS="0",
        MINGTANG_PUBLIC_URL=address,
        DJANGO_SETTINGS_MODULE="mingtang.site.settings",
    )
    os.environ.pop("MINGTANG_DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    from mingtang.city.registers import commands, demo_people
    from mingtang.city.registers import demo as registers
    from mingtang.platform.exchange import demo as exchange
    from mingtang.platform.ledger import sequencer
    from mingtang.platform.people import demo as people

    call_command("migrate", verbosity=0)
    people.seed()
    commands.seed(60, 6)
    exchange.seed(registers.people())
    server = make_server("127.0.0.1", port, get_wsgi_application(), _Server, _Quiet)

    def work() -> None:
        while True:
            if not sequencer.run_once(1000):
                time.sleep(0.2)

    threading.Thread(target=work, daemon=True).start()
    cards = {person.key: card["code"] for person, card in zip(demo_people.PEOPLE, exchange.cards("en"), strict=True)}
    print(json.dumps({"address": address, "cards": cards, "pin": registers.PIN}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
