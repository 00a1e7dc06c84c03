"""Check a receipt offline, with the Python standard library only. Nothing of the city's own software is used.

    python verify/receipt.py receipt.tlog-proof --log-key "mingzhou.example/ledger+1a2b3c4d+AR..."
    python verify/receipt.py receipt.tlog-proof --policy witnesses.policy --lang zh --show

A receipt is a C2SP tlog-proof; its extra data are the act's salt (32 bytes) and document. The steps, in this order:

    1  the file has the form of a receipt
    2  the log signed the checkpoint, and the checkpoint is of that log   (a forged or foreign receipt stops here)
    3  the witnesses that the policy asks for cosigned the checkpoint     (a log that shows two faces stops here)
    4  salt and document give the entry                                   (a changed document stops here)
    5  the entry leads to the root of the checkpoint                      (an act that is not in the log stops here)

A file without extra data proves an entry alone: give it with --entry, 64 hexadecimal digits. A COSE receipt (RFC 9942, ``.cose``) always is one:
its log signs the root of the tree, so that steps 2 and 5 are one; it names no size that the log vouches for, and carries no witnesses. Trust: this file, Python, and where you got
the key and the policy from. Get those from the city's printed notice or from a witness, not from the page that gave you the
receipt. Exit status: 0 proven, 1 not proven, 2 wrong use.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ACT = b"mingtang/act/v1\n"
SALT = 32
LARGEST_FILE = 4_000_000
NOTE_KEY, COSIGNATURE_KEY = 1, 4


class NotProven(Exception):
    """A step failed: its number, and the reason in Chinese and English."""

    def __init__(self, step: int, zh: str, en: str) -> None:
        super().__init__(f"step {step}: {en}")
        self.step, self.reason = step, {"zh": zh, "en": en}


# Ed25519 (RFC 8032, section 5.1), verification alone. Slow and plain: nothing here is secret, so time tells nothing.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _decode_point(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y, odd = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_1 % P
    if x * x % P != square or (x == 0 and odd):
        return None
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P


def _encode_point(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = _decode_point(_BASE_Y.to_bytes(32, "little"))


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) over ``message`` is by ``public`` (32 bytes); S beyond the group's order is refused."""
    point = _decode_point(public) if len(public) == 32 and len(signature) == 64 else None
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or scalar >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x, y, z, t = _times(k, point)
    return _encode_point(_add(_times(scalar, BASE), (P - x, y, z, P - t))) == signature[:32]


# Keys, notes, policies.

def _base64(text: str, step: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if base64.b64encode(data).decode() != text or not data:
        raise NotProven(step, "Base64 写法有误", "a value is not in base64")
    return data


@dataclass(frozen=True)
class Key:
    """A public key, the name it signs under, and its kind."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str, step: int = 2) -> Key:
        name, _, rest = text.strip().partition("+")
        given, _, encoded = rest.partition("+")
        data = _base64(encoded, step)
        key = cls(name, data[0], data[1:])
        if not name or len(data) != 33 or key.kind not in (NOTE_KEY, COSIGNATURE_KEY) or key.id.hex() != given:
            raise NotProven(step, "这不是一把可用的公钥", "this is not a usable public key")
        return key

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]


@dataclass
class Policy:
    """Logs that are accepted, witnesses by name, groups as (how many, members), and what must have signed."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = ""

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Read a C2SP tlog-policy. Raises NotProven with the line."""
        policy, taken = cls(), set()
        for number, line in enumerate(text.split("\n"), 1):
            words = line.split()
            if words and not words[0].startswith("#"):
                policy._line(words, number, taken)
        if not policy.quorum:
            raise NotProven(3, "策略没有 quorum 一行", "the policy has no quorum line")
        return policy

    def _line(self, words: list[str], number: int, taken: set[str]) -> None:
        known = {*self.witnesses, *self.groups}
        match words:
            case ["log", key] | ["log", key, _]:
                self.logs.append(Key.parse(key, 3))
            case ["witness", name, key] | ["witness", name, key, _] if name not in known and name != "none":
                parsed = Key.parse(key, 3)
                if parsed.kind == COSIGNATURE_KEY and parsed.public not in {k.public for k in self.witnesses.values()}:
                    self.witnesses[name] = parsed
                    return
                raise NotProven(3, f"策略第 {number} 行有误", f"line {number} of the policy is wrong")
            case ["group", name, count, *members] if name not in known and name != "none" and set(members) <= known - taken:
                least = {"any": 1, "all": len(members)}.get(count) or (int(count) if re.fullmatch("[1-9][0-9]{0,3}", count) else 0)
                if not 1 <= least <= len(members) or len(set(members)) != len(members):
                    raise NotProven(3, f"策略第 {number} 行有误", f"line {number} of the policy is wrong")
                taken.update(members)
                self.groups[name] = least, members
            case ["quorum", name] if not self.quorum and (name in known or name == "none"):
                self.quorum = name
            case _:
                raise NotProven(3, f"策略第 {number} 行有误", f"line {number} of the policy is wrong")

    def holds(self, name: str, signed: set[str]) -> bool:
        if name == "none" or name in self.witnesses:
            return name == "none" or name in signed
        least, members = self.groups[name]
        return sum(self.holds(member, signed) for member in members) >= least


@dataclass
class Note:
    """A signed note: its text and the (name, key id, bytes) of its signature lines."""

    text: str
    signatures: list[tuple[str, bytes, bytes]]

    @classmethod
    def parse(cls, data: bytes) -> Note:
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError:
            whole = ""
        text, blank, tail = whole.rpartition("\n\n")
        if not blank or not tail.endswith("\n") or any(ord(c) < 0x20 and c != "\n" for c in whole):
            raise NotProven(1, "检查点不成形", "the checkpoint is malformed")
        signatures = []
        for line in tail[:-1].split("\n"):
            found = re.fullmatch(r"— (\S+) (\S+)", line)
            raw = _base64(found[2], 1) if found else b""
            if len(raw) < 5:
                raise NotProven(1, "签名行不成形", "a signature line is malformed")
            signatures.append((found[1], raw[:4], raw[4:]))
        return cls(text + "\n", signatures)

    def signed_by(self, key: Key) -> datetime | bool:
        """Whether ``key`` signed: True, the time of a cosignature, or False."""
        found = [raw for name, ident, raw in self.signatures if name == key.name and ident == key.id]
        if len(found) != 1:
            return False
        if key.kind == NOTE_KEY:
            return ed25519_holds(key.public, self.text.encode(), found[0])
        seconds = int.from_bytes(found[0][:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n{self.text}".encode()
        if seconds > 253402300799 or not ed25519_holds(key.public, message, found[0][8:]):
            return False
        return datetime.fromtimestamp(seconds, UTC)


# The receipt.

@dataclass
class Receipt:
    """The parts of a receipt file."""

    index: int
    path: list[bytes]
    note: Note
    origin: str
    size: int
    root: bytes
    extra: bytes

    @classmethod
    def parse(cls, data: bytes) -> Receipt:
        """Step 1: take the file apart. Raises NotProven."""
        head, blank, rest = data.partition(b"\n\n")
        lines = head.decode("ascii", "replace").split("\n")
        if len(data) > LARGEST_FILE or not blank or lines.pop(0) != "c2sp.org/tlog-proof@v1" or not lines:
            raise NotProven(1, "这不是一份回执文件", "this is not a receipt file")
        extra = _base64(lines.pop(0)[6:], 1) if lines[0].startswith("extra ") else b""
        found = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines.pop(0) if lines else "")
        path = [_base64(line, 1) for line in lines]
        if found is None or len(path) > 63 or any(len(part) != 32 for part in path):
            raise NotProven(1, "证明路径不成形", "the proof in the file is malformed")
        note = Note.parse(rest)
        body = note.text.split("\n")
        if len(body) < 4 or not body[0] or not re.fullmatch(r"0|[1-9][0-9]{0,18}", body[1]) or len(root := _base64(body[2], 1)) != 32:
            raise NotProven(1, "检查点不成形", "the checkpoint is malformed")
        return cls(int(found[1]), path, note, body[0], int(body[1]), root, extra)


def root_from(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    """The root that ``path`` leads to from ``leaf`` (RFC 9162, section 2.1.3.2), or None if its length is wrong."""
    if not 0 <= index < size:
        return None
    node, last, value = index, size - 1, leaf
    for part in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            value = hashlib.sha256(b"\x01" + part + value).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\x01" + value + part).digest()
        node, last = node >> 1, last >> 1
    return value if last == 0 else None


@dataclass
class Proven:
    """What was proven."""

    receipt: Receipt
    log: Key
    witnesses: dict[str, datetime]
    quorum: str
    entry: bytes
    document: dict | None


def check(data: bytes, logs: list[Key], policy: Policy | None = None, entry: bytes | None = None) -> Proven:
    """Go through the five steps. Raises NotProven at the first that fails."""
    receipt = Receipt.parse(data)  # 1
    log = next((key for key in logs if key.kind == NOTE_KEY and receipt.note.signed_by(key)), None)  # 2
    if log is None:
        raise NotProven(2, "检查点没有这个账本的有效签名", "the checkpoint has no valid signature of this log")
    if log.name != receipt.origin:
        raise NotProven(2, "检查点属于另一个账本", "the checkpoint is of another log")
    signed: dict[str, datetime] = {}
    if policy is not None:  # 3
        times = {name: receipt.note.signed_by(key) for name, key in policy.witnesses.items()}
        signed = {name: time for name, time in times.items() if isinstance(time, datetime)}
        if not policy.holds(policy.quorum, set(signed)):
            raise NotProven(3, "见证人的签名不够", "too few of the witnesses have signed")
    document = None
    if receipt.extra:  # 4
        if len(receipt.extra) <= SALT:
            raise NotProven(4, "回执没有行为文书", "the receipt holds no document")
        own = hashlib.sha256(ACT + receipt.extra).digest()
        if entry is not None and entry != own:
            raise NotProven(4, "文书与给出的条目不符", "the document does not belong to the entry given")
        entry, document = own, _document(receipt.extra[SALT:])
    if entry is None:
        raise NotProven(4, "这份文件没有文书，请用 --entry 给出条目", "this file holds no document: give the entry with --entry")
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    if root_from(receipt.index, receipt.size, leaf, receipt.path) != receipt.root:  # 5
        raise NotProven(5, "这份文书不在账本里，或被改动过", "this document is not in the log, or was changed")
    return Proven(receipt, log, signed, policy.quorum if policy else "", entry, document)


# The COSE receipt (RFC 9942): COSE_Sign1 over the root, the path in its unprotected header. Only the CBOR that one needs is read.

def _cbor(data: bytes, at: int = 0, depth: int = 0) -> tuple[object, int]:
    if at >= len(data) or depth > 8:
        raise NotProven(1, "COSE 回执不成形", "the COSE receipt is malformed")
    major, info = data[at] >> 5, data[at] & 31
    if data[at] == 0xF6:
        return None, at + 1
    extra = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    number, at = int.from_bytes(data[at + 1:at + 1 + extra], "big") if extra else info, at + 1 + extra
    if major in (3, 7) or info > 27 or at > len(data) or (number > len(data) - at and major in (2, 4, 5)):
        raise NotProven(1, "COSE 回执不成形", "the COSE receipt is malformed")
    if major < 2:
        return (-1 - number if major else number), at
    if major == 2:
        return data[at:at + number], at + number
    items = []
    for _ in range({4: number, 5: 2 * number, 6: 1}[major]):
        item, at = _cbor(data, at, depth + 1)
        items.append(item)
    if major == 6:
        return ("tag", number, items[0]), at
    if major == 4:
        return items, at
    if not all(isinstance(name, (int, bytes)) for name in items[::2]) or len(set(items[::2])) != number:
        raise NotProven(1, "COSE 回执不成形", "the COSE receipt is malformed")
    return dict(zip(items[::2], items[1::2], strict=True)), at


def _whole(data: bytes) -> object:
    value, end = _cbor(data)
    if end != len(data):
        raise NotProven(1, "COSE 回执后有多余内容", "something follows the COSE receipt")
    return value


def check_cose(data: bytes, logs: list[Key], entry: bytes | None) -> Proven:
    """The steps for a COSE receipt: 1 form, 4 entry given, 5 the path leads to a root, 2 the log signed that root. Raises NotProven."""
    match _whole(data):  # 1
        case ("tag", 18, [bytes() as head, {396: {-1: [bytes() as proof]}}, None, bytes() as signature]):
            protected, parts = _whole(head), _whole(proof)
        case _:
            raise NotProven(1, "这不是一份 COSE 回执", "this is not a COSE receipt")
    match protected, parts:
        case {1: -8, 395: 1}, [int() as size, int() as index, list() as path] if all(isinstance(p, bytes) and len(p) == 32 for p in path):
            pass
        case _:
            raise NotProven(1, "COSE 回执的算法或证明不被支持", "the COSE receipt has another algorithm, or no proof")
    if entry is None:  # 4
        raise NotProven(4, "COSE 回执没有文书，请用 --entry 给出条目", "a COSE receipt holds no document: give the entry with --entry")
    root = root_from(index, size, hashlib.sha256(b"\x00" + entry).digest(), path)  # 5
    if root is None:
        raise NotProven(5, "证明路径不成形", "the path in the file is malformed")
    # Sig_structure of RFC 9052, section 4.4: ["Signature1", protected, h'', root].
    length = bytes([0x40 | len(head)]) if len(head) < 24 else b"\x58" + len(head).to_bytes(1, "big") if len(head) < 256 else b""
    signed = b"\x84\x6aSignature1" + length + head + b"\x40\x58\x20" + root
    log = next((key for key in logs if key.kind == NOTE_KEY and length and ed25519_holds(key.public, signed, signature)), None)  # 2
    if log is None:
        raise NotProven(2, "账本没有签署这个条目所在的树", "the log has signed no tree with this entry at this place")
    return Proven(Receipt(index, path, Note("", []), log.name, size, root, b""), log, {}, "", entry, None)


def _document(data: bytes) -> dict:
    try:
        found = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not {"id", "kind", "subject", "at"} <= set(found):
        raise NotProven(4, "行为文书不成形", "the act's document is malformed")
    return found


_WORDS = {
    "zh": {
        "proven": "已证明", "act": "行为 {kind}，事项 {subject}，时间 {at}，原文与当初封存时一字不差。",
        "entry": "条目 {entry}。", "place": "它是账本 {origin} 的第 {index} 项（从 0 数起），账本当时共 {size} 项。",
        "log": "账本签署了含有它的检查点，此后不能不留痕迹地改动或抽走它。", "witness": "见证人 {name} 于 {time} 也看到同一个账本。",
        "not": "没有证明", "truth": "文书所写是否属实、决定是否合法：回执只证明它在这个时间之前这样写下了。",
        "identity": "文书里的人是谁：账本只认代号。", "split": "账本对别人也出示同样内容：这要见证人的签名（--policy）。",
        "later": "此后还发生了什么：后来的行为各有自己的回执。", "failed": "没有通过第 {step} 步：{reason}。",
        "advice": "请保留这份文件，并连同公钥的来源一起交给审计机关。",
    },
    "en": {
        "proven": "Proven", "act": "The act {kind} about {subject}, at {at}, reads exactly as it was sealed.",
        "entry": "The entry {entry}.", "place": "It is entry {index} (counted from 0) of the log {origin}, which then had {size} entries.",
        "log": "The log signed a checkpoint that holds it; it can no longer be changed or taken out without a trace.",
        "witness": "The witness {name} saw the same log at {time}.", "not": "Not proven",
        "truth": "That what it says is true or lawful: the receipt proves that it was written down so, no later than the checkpoint.",
        "identity": "Who the people in it are: the log knows codes alone.",
        "split": "That the log shows others the same: that takes signatures of witnesses (--policy).",
        "later": "What happened since: later acts have receipts of their own.", "failed": "Step {step} failed: {reason}.",
        "advice": "Keep this file and hand it to the auditor, and say where your key came from.",
    },
}


def report(proven: Proven, language: str, show: bool) -> str:
    """The result in plain words."""
    words, receipt = _WORDS[language], proven.receipt
    lines = [f"✓ {words['proven']}"]
    if proven.document is None:
        lines.append("  · " + words["entry"].format(entry=proven.entry.hex()))
    else:
        lines.append("  · " + words["act"].format(**{name: _plain(proven.document[name]) for name in ("kind", "subject", "at")}))
    lines.append("  · " + words["place"].format(index=receipt.index, origin=receipt.origin, size=receipt.size))
    lines.append("  · " + words["log"])
    lines += ["  · " + words["witness"].format(name=name, time=time.isoformat()) for name, time in sorted(proven.witnesses.items())]
    lines += ["", words["not"], "  · " + words["truth"], "  · " + words["identity"]]
    if not proven.witnesses:
        lines.append("  · " + words["split"])
    lines.append("  · " + words["later"])
    if show and proven.document is not None:
        lines += ["", json.dumps(proven.document, ensure_ascii=False, indent=2)]
    return "\n".join(lines)


def _plain(value: object) -> str:
    # A document from outside must not move the cursor or colour the words around it.
    return "".join(c if c.isprintable() else "�" for c in str(value))[:200]


def _text_or_file(value: str) -> str:
    path = Path(value)
    return path.read_text(encoding="utf-8") if "+" not in value and path.is_file() else value


def main(arguments: list[str] | None = None) -> int:
    """Run the check; returns the exit status."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    parser = argparse.ArgumentParser(description="Check a receipt offline / 离线核对回执")
    parser.add_argument("file", type=Path, help="the receipt, .tlog-proof or .cose")
    parser.add_argument("--log-key", action="append", default=[], help="public key of the log, or a file that holds it")
    parser.add_argument("--policy", type=Path, help="which witnesses must have signed (C2SP tlog-policy)")
    parser.add_argument("--entry", help="the entry, 64 hexadecimal digits, for a receipt without document")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh" if locale.lower().startswith("zh") else "en")
    parser.add_argument("--show", action="store_true", help="print the document too (it may hold personal data)")
    given = parser.parse_args(arguments)
    words = _WORDS[given.lang]
    try:
        policy = Policy.parse(given.policy.read_text(encoding="utf-8")) if given.policy else None
        logs = [Key.parse(_text_or_file(text)) for text in given.log_key] or (policy.logs if policy else [])
        if not logs:
            parser.error("give --log-key, or a --policy that names the log")
        if given.entry and not re.fullmatch("[0-9a-fA-F]{64}", given.entry):
            parser.error("--entry takes 64 hexadecimal digits")
        with given.file.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        entry = bytes.fromhex(given.entry) if given.entry else None
        if data[:1] == b"\xd2" and policy is not None and policy.quorum != "none":
            raise NotProven(3, "COSE 回执不带见证人的签名", "a COSE receipt carries no signatures of witnesses")
        proven = check_cose(data, logs, entry) if data[:1] == b"\xd2" else check(data, logs, policy, entry)
        print(report(proven, given.lang, given.show))
    except NotProven as failed:
        print(f"✗ {words['failed'].format(step=failed.step, reason=failed.reason[given.lang])}\n{words['advice']}")
        return 1
    except (OSError, UnicodeDecodeError) as fault:
        print(f"{parser.prog}: {type(fault).__name__}: {getattr(fault, 'filename', '') or ''}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
