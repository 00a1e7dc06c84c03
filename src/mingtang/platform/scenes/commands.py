"""``mingtang scene check | new | publish | list | again``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from mingtang.kernel import Sentence
from mingtang.kernel.command import Command, language
from mingtang.platform.scenes.commands_contract import COMMANDS as CONTRACT_COMMANDS


def _folder(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, nargs="+", help="folder of a scene pack")


def _check(arguments: Namespace) -> int:
    from mingtang.platform.scenes.checking import check
    from mingtang.platform.scenes.packs import PackRefused, load, read_folder

    tongue, bad = language(), 0
    for folder in arguments.folder:
        folder = folder.resolve()
        try:
            pack = load(folder.name, read_folder(folder), folder)
            findings = check(pack)
        except PackRefused as refused:
            findings, pack = list(refused.findings), None
        errors = sum(finding.level == "error" for finding in findings)
        for finding in findings:
            mark = {"error": "✗", "note": "·"}[finding.level]
            print(f"{mark} {folder.name}/{finding.sentence(tongue)} ({finding.code})")
        if errors:
            bad += 1
            print(
                {
                    "zh": f"{folder.name}：{errors} 处错误，不能公布",
                    "en": f"{folder.name}: {errors} fault{'s' if errors > 1 else ''}, cannot be published",
                }[tongue]
            )
        elif pack is not None:
            count = len(pack.examples)
            print(
                {
                    "zh": f"{folder.name}：没有错误，{count} 个算例全部相符",
                    "en": f"{folder.name}: no faults, all {count} worked examples agree",
                }[tongue]
            )
    return 1 if bad else 0


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="folder to make; its name becomes the scene's name")


def _new(arguments: Namespace) -> int:
    from mingtang.platform.scenes.starting import write_new

    for path in write_new(arguments.folder):
        print(path)
    return 0


def _publish_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="*", help="scenes to publish; none for all that lie in the scene folders")


def _publish(arguments: Namespace) -> int:
    from mingtang.platform.ledger.acts import Actor
    from mingtang.platform.scenes import acts
    from mingtang.platform.scenes.packs import PackRefused
    from mingtang.platform.scenes.shelf import folders

    tongue, bad = language(), 0
    for name in arguments.name or sorted(folders()):
        try:
            publication = acts.publish(name, Actor("system"))
        except PackRefused as refused:
            bad += 1
            for finding in refused.findings:
                print(f"✗ {name}/{finding.sentence(tongue)} ({finding.code})")
            continue
        print(f"✓ {name} {publication.version} {publication.hash}")
    return 1 if bad else 0


def _list(arguments: Namespace) -> int:
    from mingtang.platform.scenes import reads

    tongue = language()
    for entry in reads.catalogue():
        mark = "✓" if entry.published_at else "·"
        print(f"{mark} {entry.pack.name} {entry.pack.version} {entry.pack.titles.say(tongue)} {entry.pack.hash}")
    return 0


def _again_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("document", type=Path, help="the decision's document, JSON: the body of its receipt")


def _again(arguments: Namespace) -> int:
    import json

    from mingtang.platform.scenes import reads
    from mingtang.platform.scenes.deciding import again

    tongue = language()
    try:
        document = json.loads(arguments.document.read_text(encoding="utf-8"))
        found = list(again(document.get("body", document), reads.pack_by_hash))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        print({"zh": f"不是决定的文件：{fault}", "en": f"not the document of a decision: {fault}"}[tongue])
        return 2
    for path, wanted, got in found:
        print(
            {
                "zh": f"✗ {path}：文件写 {wanted}，重算得 {got}",
                "en": f"✗ {path}: the document says {wanted}, reckoned again {got}",
            }[tongue]
        )
    if not found:
        print({"zh": "✓ 重算结果相同", "en": "✓ reckoned again, the same"}[tongue])
    return 1 if found else 0


COMMANDS = [
    Command(
        "scene check",
        Sentence("检查场景包，说明每处错误在哪里", "Check a scene pack; each fault with its place"),
        _folder,
        _check,
        needs_database=False,
    ),
    Command(
        "scene new",
        Sentence("写出一个可用的场景包，供改写", "Write a working scene pack to start from"),
        _new_arguments,
        _new,
        needs_database=False,
    ),
    Command(
        "scene publish", Sentence("检查并公布场景包", "Check scene packs and put them in force"), _publish_arguments, _publish
    ),
    Command("scene list", Sentence("列出场景", "List the scenes"), run=_list),
    Command(
        "scene again", Sentence("把一份决定重新计算一遍", "Reckon a decision again from its document"), _again_arguments, _again
    ),
    *CONTRACT_COMMANDS,
]
