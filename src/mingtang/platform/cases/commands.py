"""Commands of cases: ``cases check`` re-checks every case, ``cases stuck`` lists what failed."""

from __future__ import annotations

from argparse import Namespace

from mingtang.kernel import Sentence
from mingtang.kernel.command import Command


def _check(arguments: Namespace) -> int:
    from mingtang.platform.cases import check
    from mingtang.platform.cases.models import Case

    found = check.faults()
    for fault in found:
        print(fault)
    print(f"{Case.objects.count()} cases checked, {len(found)} faults")
    return 1 if found else 0


def _stuck(arguments: Namespace) -> int:
    from mingtang.platform.cases import reads

    found = [*reads.stuck_timers(), *reads.stuck_effects()]
    for one in found:
        print(f"{one.name}  {one.what}  due {one.due:%Y-%m-%d %H:%M}  tries {one.attempts}  {'stuck' if one.waits is None else 'waits'}  {one.error}")
    return 1 if found else 0


COMMANDS = [
    Command("cases check", Sentence("逐件核对事项、期限与历史是否一致", "Re-check every case against its process, deadlines and history"), run=_check),
    Command("cases stuck", Sentence("列出处理失败的期限和外发事项", "List deadlines and effects that failed"), run=_stuck),
]
