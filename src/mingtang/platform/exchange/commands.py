"""``mingtang exchange publish | list``: put the declared sources and purposes in force."""

from __future__ import annotations

from argparse import Namespace

from mingtang.kernel import Sentence
from mingtang.kernel.command import Command, language


def publish_all(actor) -> int:
    """Put every declaration of the folder in force; returns how many files there were. Raises BadDeclaration."""
    from mingtang.platform.exchange import acts, catalogue

    count = 0
    for kind, publish in (("sources", acts.publish_source), ("purposes", acts.publish_purpose)):
        for path in catalogue.files(kind).values():
            publish(catalogue.read_file(path), actor)
            count += 1
    return count


def _publish(arguments: Namespace) -> int:
    from mingtang.platform.ledger.acts import Actor

    print(publish_all(Actor("system")))
    return 0


def _list(arguments: Namespace) -> int:
    from mingtang.platform.exchange import reads

    tongue = language()
    for spec in reads.sources():
        print(f"source   {spec.code:<26} {spec.agency:<14} {spec.titles.fill(tongue, {})}")
    for spec in reads.purposes():
        print(f"purpose  {spec.code:<26} {spec.agency:<14} {spec.titles.fill(tongue, {})}")
    return 0


COMMANDS = [
    Command(
        "exchange publish", Sentence("公布声明的数据源和用途", "Put the declared sources and purposes in force"), run=_publish
    ),
    Command("exchange list", Sentence("列出已公布的数据源和用途", "List the sources and purposes in force"), run=_list),
]
