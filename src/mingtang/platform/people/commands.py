"""``mingtang people found | appoint | grant | revoke | reset | dismiss | list``: posts by the IT office, each a sealed act."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mingtang.kernel import Sentence
from mingtang.kernel.command import Command


def _operator():
    from mingtang.platform.ledger.acts import Actor

    return Actor("system", "console")


def _found_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("code", help="code of the unit, e.g. MZ-WATER; no personal data")
    parser.add_argument("kind", help="city, district, street, agency or utility")
    parser.add_argument("--zh", required=True, help="Chinese name")
    parser.add_argument("--en", required=True, help="English name")
    parser.add_argument("--parent", default="", help="code of the unit above")


def _found(arguments: Namespace) -> int:
    from mingtang.platform.people import acts

    acts.found([acts.Founding(arguments.code, arguments.kind, arguments.zh, arguments.en, arguments.parent)], _operator())
    print(f"{arguments.code} founded")
    return 0


def _appoint_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("code", help="code of the official; stands in the public log, so no name and no number of a person")
    parser.add_argument("unit", help="code of the unit")
    parser.add_argument("--zh", required=True, help="Chinese name")
    parser.add_argument("--en", required=True, help="name in Latin letters")
    parser.add_argument("--role", action="append", default=[], help="role in the unit; may be given several times")


def _appoint(arguments: Namespace) -> int:
    from mingtang.platform.people import acts

    acts.appoint(acts.Appointment(arguments.code, arguments.zh, arguments.en, arguments.unit, tuple(arguments.role)), _operator())
    print(f"{arguments.code} appointed; a one-time password: mingtang people reset {arguments.code}")
    return 0


def _role_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("code", help="code of the official")
    parser.add_argument("role", help="clerk, officer, head, supervisor, auditor, author or operator")
    parser.add_argument("unit", help="code of the unit")


def _grant(arguments: Namespace) -> int:
    from mingtang.platform.people import acts

    acts.grant(arguments.code, arguments.role, arguments.unit, _operator())
    print(f"{arguments.code} is {arguments.role} of {arguments.unit}")
    return 0


def _revoke(arguments: Namespace) -> int:
    from mingtang.platform.people import acts

    acts.revoke(arguments.code, arguments.role, arguments.unit, _operator())
    print(f"{arguments.code} is no longer {arguments.role} of {arguments.unit}")
    return 0


def _code(parser: ArgumentParser) -> None:
    parser.add_argument("code", help="code of the official")


def _reset(arguments: Namespace) -> int:
    from mingtang.platform.people import acts

    password, _ = acts.reset(arguments.code, _operator())
    print(f"one-time password, shown once: {password}")
    return 0


def _dismiss(arguments: Namespace) -> int:
    from mingtang.platform.people import acts

    acts.dismiss(arguments.code, _operator())
    print(f"{arguments.code} dismissed: signed out, without roles")
    return 0


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("unit", nargs="?", help="code of a unit: its officials; without it the units")


def _list(arguments: Namespace) -> int:
    from mingtang.platform.people import reads

    if arguments.unit:
        for code in reads.officials(reads.unit(arguments.unit).code):
            print(f"{code:<24} {', '.join(sorted(reads.official(code).roles))}")
        return 0
    for unit in reads.units():
        print(f"{unit.code:<16} {unit.kind:<10} {unit.name_zh}  {unit.name_en}")
    return 0


COMMANDS = [
    Command("people found", Sentence("设立单位", "Found a unit"), _found_arguments, _found),
    Command("people appoint", Sentence("任命工作人员", "Appoint an official"), _appoint_arguments, _appoint),
    Command("people grant", Sentence("授予岗位", "Give a role"), _role_arguments, _grant),
    Command("people revoke", Sentence("撤销岗位", "Take a role"), _role_arguments, _revoke),
    Command("people reset", Sentence("重置登录：一次性口令，重新登记第二因素", "Reset a sign-in: one-time password, second factor anew"), _code, _reset),
    Command("people dismiss", Sentence("结束任职", "End an official's service"), _code, _dismiss),
    Command("people list", Sentence("列出单位或单位的工作人员", "List units, or the officials of one"), _list_arguments, _list),
]
