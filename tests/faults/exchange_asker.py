"""One process of the exchange on a database in a file, for test_exchange_together: prepares, asks, or asks until it is refused.

python -m tests.faults.exchange_asker prepare | once CONSENT COUNT | until CONSENT | withdraw CONSENT
"""

import os
import sys
import time
from uuid import UUID

os.environ["DJANGO_SETTINGS_MODULE"] = "mingtang.site.settings"


def main(what, *rest):
    """Do it; prints one line a result."""
    import django

    django.setup()
    from mingtang.platform.exchange import acts, reads
    from mingtang.platform.exchange.faults import NotConsented
    from mingtang.platform.ledger.acts import Actor
    from tests.platform.exchange import conftest as given

    def ask(consent):
        consent = UUID(consent)
        return acts.ask(given.wanted(purpose="sharing", ground="consent", consent=consent))

    person = reads.person_ref(given.ANNA)
    if what == "prepare":
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        acts.publish_source(given.SOURCE, given.SYSTEM)
        acts.publish_purpose(given.SHARING, given.SYSTEM)
        print(acts.consent(person, "sharing", Actor("resident"), single_use=True).id, flush=True)
        print(acts.consent(person, "sharing", Actor("resident")).id, flush=True)
    elif what == "once":
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(int(rest[1])):
            try:
                ask(rest[0])
                print("given", flush=True)
            except NotConsented:
                print("refused", flush=True)
    elif what == "until":
        print("ready", flush=True)
        while True:
            begun = time.monotonic()
            try:
                ask(rest[0])
            except NotConsented:
                print(begun, flush=True)
                return
            print("given", begun, flush=True)
            time.sleep(0.01)
    else:
        acts.withdraw(rest[0], person, Actor("resident"))
        print(time.monotonic(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
