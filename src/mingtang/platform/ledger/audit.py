"""The audit: log, acts, vault and rows held against each other; whatever does not fit is named.

1. The log is derived again from its entries up to the signed root (``tlog.examine``), and held against every checkpoint known from
   elsewhere: the lock store's, and those an auditor brings. Finds a changed tile or entry, a bad signature, a rewritten or cut log.
2. Each entry of the log has its act, with the same commitment. Finds a dropped, moved or swapped act.
3. Each act's document opens the commitment and says what the act's row says. Finds a changed document or row of the ledger, and a document
   that is gone without an act of erasure.
4. Each row that an act fixed reads as its latest act left it. Finds a changed or deleted row, and a row that no act made.

Acts are read from the newest to the oldest, in one snapshot of the database, so an audit may run beside a living city. What it cannot
find: an act that was never sealed and left no row; and a log rewritten by who holds the key, unless someone kept a checkpoint.

Trust: the auditor's own program, machine and checkpoint; not the database.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from mingtang.engines.tlog import Checkpoint, Note, ProofRefused, VerifierKey, examine
from mingtang.kernel import Sentence
from mingtang.platform.ledger import reads, vault
from mingtang.platform.ledger.document import commitment, instant, row_digest
from mingtang.platform.ledger.models import Act, Head, Vault
from mingtang.platform.ledger.sequencer import lock_store

MOST_FINDINGS = 1000
_CHUNK = 500

TEXTS = {
    "signature": Sentence("检查点的签名无效：{where}", "The signature of the checkpoint does not hold: {where}"),
    "witnesses": Sentence("检查点缺少见证人的签名：{where}", "The checkpoint lacks its witnesses' signatures: {where}"),
    "root": Sentence("已签署的根与账本内容不符：账本被改写（{where}）", "The signed root does not follow from the log: it was rewritten ({where})"),
    "tile": Sentence("账本文件被改动或缺失：{where}", "A file of the log was changed or is missing: {where}"),
    "bundle": Sentence("账本条目文件被改动或缺失：{where}", "A file of entries was changed or is missing: {where}"),
    "entry": Sentence("账本第 {where} 项被改动", "Entry {where} of the log was changed"),
    "history": Sentence("账本与先前公布的大小为 {where} 的检查点矛盾：历史被改写", "The log contradicts the checkpoint of size {where} published before: history was rewritten"),
    "truncated": Sentence("账本曾公布到第 {where} 项，现在更短：被截断或恢复了旧备份", "The log was published up to size {where} and is shorter now: cut off, or an old backup"),
    "no_checkpoint": Sentence("已有行为入账，却没有可读的检查点", "Acts are in the log, but there is no checkpoint that can be read"),
    "act_dropped": Sentence("账本第 {where} 项没有对应的行为：行为被抽走", "Entry {where} of the log has no act: the act was dropped"),
    "act_swapped": Sentence("行为 {where} 的承诺与账本不符：行为被改动或调换", "The commitment of the act {where} is not what the log holds: changed or swapped"),
    "act_beyond": Sentence("行为 {where} 自称在账本之外的位置", "The act {where} claims a place beyond the log"),
    "act_changed": Sentence("行为 {where} 的记录与其文书不符", "The record of the act {where} does not say what its document says"),
    "document_changed": Sentence("行为 {where} 的文书在保管库中被改动", "The document of the act {where} was changed in the vault"),
    "document_gone": Sentence("行为 {where} 的文书不在保管库中，也没有删除它的行为", "The document of the act {where} is gone, and no act erased it"),
    "row_changed": Sentence("数据行 {where} 被改动，与最近一次行为不符", "The row {where} was changed: it is not as its latest act left it"),
    "row_deleted": Sentence("数据行 {where} 被删除", "The row {where} was deleted"),
    "row_unsealed": Sentence("数据行 {where} 没有任何行为封存过", "The row {where} was sealed by no act"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit: its kind (a key of ``TEXTS``), where, and the act it is measured by."""

    kind: str
    where: str
    act: str = ""

    def sentence(self, language: str) -> str:
        """The finding in words."""
        by = {"zh": f"（行为 {self.act}）", "en": f" (act {self.act})"}["zh" if language.startswith("zh") else "en"] if self.act else ""
        return TEXTS[self.kind].fill(language, {"where": self.where}) + by


@dataclass
class Outcome:
    """What the audit saw. ``whole`` is False where there were more findings than are listed."""

    size: int = 0
    acts: int = 0
    pending: int = 0
    documents: int = 0
    erased: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    whole: bool = True

    @property
    def clean(self) -> bool:
        """Whether everything fits."""
        return not self.findings

    def add(self, kind: str, where: object, act: object = "") -> None:
        """Note a finding."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(kind, str(where), str(act)))
        else:
            self.whole = False


def audit(key: VerifierKey | None = None, known: Sequence[Checkpoint] = (), tell: Callable[[str, int], None] = lambda step, count: None) -> Outcome:
    """Audit the whole ledger; ``key`` is the log's key where the auditor has it from elsewhere, ``known`` checkpoints he kept.

    ``tell(step, count)`` hears of the progress: "entries", then "acts". Raises nothing for what is wrong with the ledger: that is in the outcome.
    """
    outcome = Outcome()
    with _snapshot():
        _audit_log(outcome, key or VerifierKey.parse(reads.verifier_key()), list(known), tell)
        _Acts(outcome, tell).run()
    return outcome


@contextmanager
def _snapshot() -> Iterator[None]:
    """Everything read within is as of one moment, without holding up writers."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


class _SignedLog:
    """The stored log up to its signed head, as a source for ``examine``."""

    def __init__(self, head: Head) -> None:
        self._head = head

    def checkpoint(self) -> bytes:
        return bytes(self._head.checkpoint)

    def tile(self, level: int | str, index: int, width: int) -> bytes:
        return reads.stored_tile(level, index, width)


def _audit_log(outcome: Outcome, key: VerifierKey, known: list[Checkpoint], tell: Callable[[str, int], None]) -> None:
    head = Head.objects.first()
    locked = lock_store().read(settings.LEDGER_ORIGIN)
    if locked is not None:
        known.append(Checkpoint(settings.LEDGER_ORIGIN, locked.size, locked.root))
    if head is None or not head.checkpoint:
        if Act.objects.filter(index__isnull=False).exists():
            outcome.add("no_checkpoint", "")
        for one in known:
            outcome.add("truncated", one.size)
        return

    def compare(first: int, entries: list[bytes]) -> None:
        held = dict(Act.objects.filter(index__gte=first, index__lt=first + len(entries)).values_list("index", "commitment"))
        for i, entry in enumerate(entries, first):
            if i not in held:
                outcome.add("act_dropped", i)
            elif bytes(held[i]) != entry:
                outcome.add("act_swapped", Act.objects.get(index=i).id)
        tell("entries", first + len(entries))

    try:
        report = examine(_SignedLog(head), key, known=known, on_entries=compare)
        published = Checkpoint.parse(Note.parse(bytes(head.published)).text) if head.published else None
    except ProofRefused:
        outcome.add("no_checkpoint", "")
        return
    outcome.size = report.size
    for fault in report.faults:
        outcome.add(fault.kind, fault.where)
    if head.size != report.size or bytes(head.root) != report.root or (published and published.size > report.size):
        outcome.add("root", "head")


class _Acts:
    """Steps 3 and 4, from the newest act to the oldest. Of a row only its newest act counts; ``_seen`` remembers hashes of names."""

    def __init__(self, outcome: Outcome, tell: Callable[[str, int], None]) -> None:
        self._outcome, self._tell = outcome, tell
        self._seen: set[int] = set()
        self._erased: set[str] = set()

    def run(self) -> None:
        before: int | None = None
        while chunk := self._chunk(before):
            due: dict[str, list[tuple[str, bytes, str | None, Act]]] = defaultdict(list)
            for act, kept in chunk:
                self._act(act, kept, due)
            for label, wanted in due.items():
                self._rows(label, wanted)
            before = chunk[-1][0].seq
            self._tell("acts", self._outcome.acts)
        self._unsealed()

    def _chunk(self, before: int | None) -> list[tuple[Act, Vault | None]]:
        found = Act.objects.order_by("-seq") if before is None else Act.objects.filter(seq__lt=before).order_by("-seq")
        acts = list(found[:_CHUNK])
        kept = Vault.objects.in_bulk([act.id for act in acts])
        return [(act, kept.get(act.id)) for act in acts]

    def _act(self, act: Act, kept: Vault | None, due: dict) -> None:
        out = self._outcome
        out.acts += 1
        if act.index is None:
            out.pending += 1
        elif act.index >= out.size:
            out.add("act_beyond", act.id)
        if kept is None:
            if str(act.id) in self._erased:
                out.erased += 1
            else:
                out.add("document_gone", act.id)
            return
        try:
            salt, data = vault.open_row(kept)
        except vault.Unreadable as fault:
            out.add("document_gone" if fault.destroyed else "document_changed", act.id)
            return
        if commitment(salt, data) != bytes(act.commitment):
            out.add("document_changed", act.id)
            return
        out.documents += 1
        document = json.loads(data)
        if not _says_the_same(act, document):
            out.add("act_changed", act.id)
        if act.kind == "ledger.erase":
            self._erased.update(document["body"]["acts"])
            self._seen.update(map(hash, document["body"].get("released", ())))
        for name, digest in document.get("rows", {}).items():
            if hash(name) not in self._seen:
                self._seen.add(hash(name))
                label, _, key = name.partition("/")
                due[label].append((key, salt, digest, act))

    def _rows(self, label: str, wanted: list[tuple[str, bytes, str | None, Act]]) -> None:
        try:
            model = apps.get_model(label)
        except LookupError:
            for key, _, digest, act in wanted:
                if digest is not None:
                    self._outcome.add("row_deleted", f"{label}/{key}", act.id)
            return
        read = model._meta.pk.to_python
        held = model._base_manager.only(*model.SEALED).in_bulk([read(key) for key, *_ in wanted])
        for key, salt, digest, act in wanted:
            row = held.get(read(key))
            self._outcome.rows += 1
            if row is None and digest is not None:
                self._outcome.add("row_deleted", f"{label}/{key}", act.id)
            elif row is not None and (digest is None or row_digest(salt, row) != digest):
                self._outcome.add("row_changed", f"{label}/{key}", act.id)

    def _unsealed(self) -> None:
        for model in apps.get_models():
            if hasattr(model, "SEALED"):
                label = model._meta.label_lower
                for key in model._base_manager.order_by("pk").values_list("pk", flat=True).iterator(2000):
                    if hash(f"{label}/{key}") not in self._seen:
                        self._outcome.add("row_unsealed", f"{label}/{key}")


def _says_the_same(act: Act, document: dict[str, Any]) -> bool:
    actor = document["actor"]
    return (
        document["id"] == str(act.id) and document["kind"] == act.kind and document["subject"] == act.subject
        and document["at"] == instant(act.at) and document["sealed_at"] == instant(act.sealed_at)
        and document.get("contract", "") == act.contract
        and (actor.get("kind", ""), actor.get("ref", ""), actor.get("unit", "")) == (act.actor_kind, act.actor_ref, act.unit)
    )
