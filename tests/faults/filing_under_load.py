"""A process that files without end through the group commit and says each number only when it is acknowledged; made to be killed.

python -m tests.faults.filing_under_load RUN        (RUN makes the outside keys of this run's filings)
"""

from __future__ import annotations

import itertools
import os
import sys
import threading


def main() -> None:
    import django

    django.setup()
    from mingtang.city.requests import acts, intake
    from mingtang.platform.ledger.acts import Actor

    run, counter, lock = sys.argv[1], itertools.count(), threading.Lock()

    def work() -> None:
        while True:
            key = f"{run}-{next(counter)}"
            filed = intake.file(acts.Filing(text="停水了，请处理", source="load", external_id=key), Actor("resident"))
            with lock:
                os.write(1, f"{key} {filed.number}\n".encode())

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()


if __name__ == "__main__":
    main()
