"""The check that a pack must pass before it may be published: form, facts, law, contracts, examples, properties.

What it holds: every table is complete and without conflict; every input of a contract is a declared fact or a dated number of the
law; nothing that decides depends on a protected fact; every question asks for a declared fact and every fact that the person
must state is asked for; each worked example comes out; each cited law is listed; the guide stands in both languages; no required
property is refuted.

Each finding has its file, key path and line. ``level`` "note" is worth a look and refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from mingtang.kernel import MingtangError, Sentence
from mingtang.platform.scenes.checking_contracts import check_contracts
from mingtang.platform.scenes.checking_examples import check_examples
from mingtang.platform.scenes.checking_exchange import check_exchange
from mingtang.platform.scenes.checking_properties import check_properties
from mingtang.platform.scenes.packs import Finding, Pack


def check(pack: Pack) -> list[Finding]:
    """Every finding about ``pack``, errors first. A pack without errors may be published."""
    found = [*_guides(pack), *_form(pack), *_process(pack)]
    models, more = check_contracts(pack)
    found += more
    found += check_examples(pack, models)
    found += check_properties(pack, models)
    found += _needed(pack)
    found += check_exchange(pack)
    return sorted(found, key=lambda finding: (finding.level != "error", finding.file, finding.line))


def _guides(pack: Pack) -> Iterator[Finding]:
    for file in ("guide.zh.md", "guide.en.md"):
        content = pack.files.get(file)
        if content is None:
            yield Finding(
                "scenes.missing_file",
                file,
                "",
                0,
                Sentence("缺少办事指南；中英文都要有", "the guide is missing; both languages are needed"),
            )
            continue
        try:
            if not content.decode("utf-8").strip():
                yield Finding("scenes.empty_file", file, "", 0, Sentence("办事指南是空的", "the guide is empty"))
        except UnicodeDecodeError as fault:
            line = content[: fault.start].count(b"\n") + 1
            yield Finding("scenes.not_utf8", file, "", line, Sentence("文件不是 UTF-8 编码", "the file is not UTF-8"))


def _form(pack: Pack) -> Iterator[Finding]:
    asked = {question.fact for question in pack.questions}
    for i, question in enumerate(pack.questions):
        where, line = f"questions[{i}]", pack.source("form.yaml").line(("questions", i))
        fact = pack.facts.get(question.fact)
        if fact is None and (
            pack.heading.page or not pack.heading.decision
        ):  # the office's own pages take the answer; no contract decides on it
            yield from _condition(pack, i)
            continue
        if fact is None:
            yield Finding(
                "scenes.undeclared_fact",
                "form.yaml",
                where,
                line,
                Sentence(
                    f"问题询问的事实“{question.fact}”没有在 facts.yaml 中声明",
                    f"the question asks for “{question.fact}”, which facts.yaml does not declare",
                ),
            )
            continue
        if fact.source != "resident":
            yield Finding(
                "scenes.not_to_ask",
                "form.yaml",
                where,
                line,
                Sentence(
                    f"事实“{fact.name}”来自 {fact.source}，不应再问本人",
                    f"the fact “{fact.name}” comes from {fact.source}; do not ask the person for it",
                ),
            )
        known = [value for value, _words in fact.values]
        for option in question.options:
            if known and option.value not in known:
                yield Finding(
                    "scenes.unknown_value",
                    "form.yaml",
                    f"{where}.options",
                    line,
                    Sentence(
                        f"选项“{option.value}”不是事实“{fact.name}”的值",
                        f"the option “{option.value}” is no value of the fact “{fact.name}”",
                    ),
                )
        yield from _condition(pack, i)
    if pack.questions and not pack.heading.page:
        for i, fact in enumerate(pack.facts.values()):
            if fact.source == "resident" and fact.name not in asked and not fact.optional:
                line = pack.source("facts.yaml").line(("facts", i))
                yield Finding(
                    "scenes.never_asked",
                    "facts.yaml",
                    f"facts[{i}]",
                    line,
                    Sentence(
                        f"“{fact.name}”应由本人说明，但表单没有问",
                        f"“{fact.name}” is for the person to state, but no question asks for it",
                    ),
                )


def _condition(pack: Pack, i: int) -> Iterator[Finding]:
    from mingtang.engines import dmn

    question = pack.questions[i]
    if question.show_if:
        try:
            dmn.feel.parse(question.show_if, tuple(pack.facts))
        except MingtangError as fault:
            yield Finding(
                "scenes.bad_condition",
                "form.yaml",
                f"questions[{i}].show_if",
                pack.source("form.yaml").line(("questions", i, "show_if")),
                Sentence(fault.message("zh"), fault.message("en")),
            )


def _process(pack: Pack) -> Iterator[Finding]:
    if pack.has_process:
        try:
            pack.process()
        except MingtangError as fault:
            yield Finding("scenes.bad_process", "process.bpmn", fault.path, 0, Sentence(fault.message("zh"), fault.message("en")))


def _needed(pack: Pack) -> Iterator[Finding]:
    heading = pack.heading
    if heading.decision and f"{heading.contract}.dmn" not in pack.files:
        yield Finding(
            "scenes.missing_file",
            f"{heading.contract}.dmn",
            "",
            0,
            Sentence("场景有决定，但缺少合约文件", "the scene decides, but its contract is missing"),
        )
    if not pack.contracts:
        return
    for file, have in (("facts.yaml", pack.facts), ("cases.yaml", pack.examples)):
        if not have:
            yield Finding(
                "scenes.missing_file",
                file,
                "",
                0,
                Sentence(f"有合约就要有 {file}", f"where there is a contract, {file} is needed"),
            )
    if heading.decision and not heading.appeal.zh:
        yield Finding(
            "scenes.no_appeal",
            "scene.yaml",
            "appeal",
            0,
            Sentence("作出决定的场景要写明如何申诉", "a scene that decides must say how to appeal"),
        )
