"""A scene pack in memory: its parts read, its contracts and process loaded when asked for, all fixed by one hash.

Example::

    pack = load("old-age-allowance", read_folder(Path("scenes/old-age-allowance")))
    pack.contract().decide("Allowances", pack.scope(facts, on=date(2026, 3, 1)))
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingtang.kernel import CallerMistake, Sentence
from mingtang.platform.scenes.packs.examples import Example, read_examples
from mingtang.platform.scenes.packs.facts import Fact, Parameter, read_facts, read_parameters
from mingtang.platform.scenes.packs.faults import Finding, PackRefused
from mingtang.platform.scenes.packs.files import pack_hash
from mingtang.platform.scenes.packs.form import Question, read_form
from mingtang.platform.scenes.packs.guide import render
from mingtang.platform.scenes.packs.heading import Heading, read_heading
from mingtang.platform.scenes.packs.located import Source, Words
from mingtang.platform.scenes.packs.properties import Property, read_properties

if TYPE_CHECKING:
    from mingtang.engines import bpmn, dmn


class NotInPack(CallerMistake):
    """The pack has no such file."""

    code = "scenes.not_in_pack"
    status = 404
    text = Sentence("场景“{pack}”中没有 {file}。", "The scene “{pack}” has no {file}.")
    next_step = Sentence("请核对文件名。", "Check the name of the file.")


class NoValueYet(CallerMistake):
    """A law parameter has no value on the day asked for."""

    code = "scenes.no_value_on_day"
    text = Sentence("“{name}”在 {day} 还没有规定数值。", "On {day} the law had no value for “{name}”.")
    next_step = Sentence("请选择规定施行之后的日期。", "Choose a day on which the rule was in force.")


class Pack:
    """One version of a scene. Immutable; safe to share between threads.

    ``name``, ``version``, ``hash`` ("sha256:..."), ``titles``, ``heading``, ``questions``, ``facts``, ``parameters``,
    ``examples``, ``properties``; ``folder`` is the folder it was read from, None for one read from the database.
    """

    def __init__(self, files: Mapping[str, bytes], parts: _Parts, folder: Path | None = None) -> None:
        self.files = dict(files)
        self.hash = pack_hash(self.files)
        self.folder = folder
        self.heading: Heading = parts.heading
        self.questions: tuple[Question, ...] = parts.questions
        self.facts: dict[str, Fact] = parts.facts
        self.parameters: dict[str, Parameter] = parts.parameters
        self.examples: tuple[Example, ...] = parts.examples
        self.properties: tuple[Property, ...] = parts.properties
        self._sources = parts.sources
        self._loaded: dict[str, Any] = {}
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        return self.heading.name

    @property
    def version(self) -> str:
        return self.heading.version

    @property
    def titles(self) -> Words:
        return self.heading.titles

    @property
    def decides(self) -> bool:
        """Whether a person can have the contract decide on the scene's own pages (not on an office's)."""
        return bool(self.heading.decision and self.questions and not self.heading.page)

    def __repr__(self) -> str:
        return f"<Pack {self.name} {self.version} {self.hash[:19]}>"

    def content(self, file: str) -> bytes:
        """The bytes of ``file``. Raises NotInPack."""
        try:
            return self.files[file]
        except KeyError:
            raise NotInPack(pack=self.name, file=file) from None

    def data(self, file: str) -> Any:
        """The parsed YAML of ``file`` (shared: do not change it). Raises NotInPack, PackRefused."""
        return self.source(file).value

    def source(self, file: str) -> Source:
        """The parsed YAML of ``file`` with its lines. Raises NotInPack, PackRefused."""

        def build() -> Source:
            source = Source.parse(file, self.content(file))
            if source.findings:
                raise PackRefused(self.name, source.findings)
            return source

        return self._sources.get(file) or self._once(f"data {file}", build)

    @property
    def contracts(self) -> tuple[str, ...]:
        """The names of the pack's contracts: its .dmn files without the ending."""
        return tuple(sorted(file.removesuffix(".dmn") for file in self.files if file.endswith(".dmn") and "/" not in file))

    def contract(self, name: str = "") -> dmn.Model:
        """The DMN model ``name`` (the scene's own contract if empty), loaded once. Raises NotInPack, DmnRefused."""
        name = name or self.heading.contract

        def build() -> dmn.Model:
            from mingtang.engines import dmn

            content = self.content(f"{name}.dmn")
            others = {f"{other}.dmn": self.files[f"{other}.dmn"] for other in self.contracts if other != name}
            return dmn.load(content, imports=others, name=f"{name}.dmn")

        return self._once(f"contract {name}", build)

    @property
    def has_process(self) -> bool:
        """Whether people act in this scene."""
        return "process.bpmn" in self.files

    def process(self) -> bpmn.Graph:
        """The process of the scene, loaded once. Raises NotInPack, and what the BPMN engine refuses."""

        def build() -> bpmn.Graph:
            from mingtang.engines import bpmn

            return bpmn.load(self.content("process.bpmn"), name="process.bpmn")

        return self._once("process", build)

    def guide(self, language: str) -> str:
        """The guide in ``language`` as safe HTML. Raises NotInPack."""
        file = "guide.zh.md" if language.lower().startswith("zh") else "guide.en.md"
        return self._once(file, lambda: render(self.content(file).decode("utf-8", "replace")))

    def law_on(self, day: date) -> dict[str, Any]:
        """The law's numbers in force on ``day`` by name. Raises NoValueYet."""
        found = {}
        for parameter in self.parameters.values():
            dated = parameter.on(day)
            if dated is None:
                raise NoValueYet(name=parameter.name, day=day.isoformat())
            found[parameter.name] = dated.value
        return found

    def scope(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        """What the contract sees on the day ``on``: the facts, the day itself where declared, the law's numbers of that day."""
        days = {fact.name: on for fact in self.facts.values() if fact.source == "date-of-effect"}
        return {**facts, **days, **self.law_on(on)}

    def _once(self, key: str, build: Any) -> Any:
        found = self._loaded.get(key)
        if found is None:
            with self._lock:
                found = self._loaded.get(key)
                if found is None:
                    found = self._loaded[key] = build()
        return found


class _Parts:
    """The parts of a pack, each read with its faults."""

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        self.findings: list[Finding] = []
        self.sources: dict[str, Source] = {}
        self._files = files
        head = self._source("scene.yaml")
        if head is None:
            missing = Finding("scenes.missing_file", "scene.yaml", "", 0, Sentence("缺少 scene.yaml", "scene.yaml is missing"))
            raise PackRefused(name, [missing, *self.findings])
        if head.findings:
            raise PackRefused(name, head.findings)
        self.heading = read_heading(head.root())
        laws = frozenset(law.id for law in self.heading.law)
        facts, parameters, form, cases = (self._source(f) for f in ("facts.yaml", "parameters.yaml", "form.yaml", "cases.yaml"))
        self.facts = read_facts(facts.root(), laws) if _sound(facts) else {}
        self.parameters = read_parameters(parameters.root(), laws) if _sound(parameters) else {}
        self.questions = read_form(form.root()) if _sound(form) else ()
        self.examples = read_examples(cases.root(), self.heading.contract, self.heading.decision) if _sound(cases) else ()
        properties = self._source("properties.yaml")
        usual = (self.heading.contract, self.heading.decision)
        self.properties = read_properties(properties.root(), *usual) if _sound(properties) else ()
        for source in self.sources.values():
            self.findings += source.findings

    def _source(self, file: str) -> Source | None:
        if file not in self._files:
            return None
        self.sources[file] = Source.parse(file, self._files[file])
        return self.sources[file]


def _sound(source: Source | None) -> bool:
    return source is not None and not source.findings


def load(name: str, files: Mapping[str, bytes], folder: Path | None = None) -> Pack:
    """The pack that ``files`` (path -> bytes) make. Raises PackRefused with every fault of form.

    That the pack is of proper form does not mean that it may be published: see ``checking.check``.
    """
    parts = _Parts(name, files)
    if parts.heading.name and parts.heading.name != name:
        parts.findings.append(
            Finding(
                "scenes.wrong_name",
                "scene.yaml",
                "name",
                0,
                Sentence(f"名称应与目录名“{name}”相同", f"the name must be that of the folder, “{name}”"),
            )
        )
    if parts.findings:
        raise PackRefused(name, parts.findings)
    return Pack(files, parts, folder)
