"""Check an election from its archive, with the Python standard library only. Nothing of the city's own software is used.

    python verify/election.py result.bel
    python verify/election.py result.bel --earlier yesterday.bel --lang zh --processes 2

The archive has the formats of Belenios, crypto version 1 (groups Ed25519 and BELENIOS-2048, trustees of the kind Single). The steps, in this order:

    1  the file is a chain of events whose hashes hold, in the order of an election     (a truncated or rewritten log stops here)
    2  nothing was taken back since an earlier copy, where one is given                  (a restored backup stops here)
    3  the trustees prove their keys, which make the election's key; each credential is listed once
    4  each ballot is of this election, under a listed credential, signed, and proves that its choices are allowed
    5  the encrypted tally is the product of the last ballot of each credential          (a dropped or swapped ballot stops here)
    6  each trustee proves a share of the decryption, and the result follows from them

What this proves: the result is that of the ballots on the board. What it does not prove: that each voter's phone encrypted what the voter
chose (have a ballot opened for that), that only those entitled got credentials (the registrar), and that nobody was forced.

Trust: this file, Python, and where you got the archive and the fingerprint from. Exit status: 0 accepted, 1 refused, 2 wrong use. Pure Python:
about 0.07 CPU-s a ballot of nine ciphertexts.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from multiprocessing import Pool
from pathlib import Path
from typing import Any

BLOCK = 512
LARGEST_FILE = 1 << 31
LARGEST_TEXT = 20_000_000
LARGEST_WEIGHT = 10_000_000
CHAINS = 512
ORDER = ("Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result")

CHECKS = {
    "blocks": ("文件由完整的块组成", "the file is made of whole blocks"),
    "header": ("每个条目的头部正确", "each entry has a sound header"),
    "version": ("格式为第 1 版", "the format is version 1"),
    "name": ("名称就是内容的哈希", "a name is the hash of its content"),
    "chain": ("事件的哈希链完整", "the chain of events holds"),
    "order": ("事件的顺序正确", "the events are in order"),
    "missing data": ("引用的数据在文件里", "the data that is named is in the file"),
    "append-only": ("与较早的副本相比没有删改", "nothing was taken back since the earlier copy"),
    "json": ("是合法的 JSON，字段不重复", "sound JSON, no field twice"),
    "fields": ("字段不多不少", "exactly the fields that belong there"),
    "group": ("是群中的规范元素", "a canonical element of the group"),
    "neutral": ("不是单位元", "not the neutral element"),
    "scalar": ("数字写法唯一且在范围内", "a number written in its one way, in range"),
    "questions": ("题目的规定合理", "the questions are sound"),
    "trustee proof": ("保管人证明知道密钥", "the trustee proves the key"),
    "joint key": ("总公钥由各保管人的公钥合成", "the key is made of the trustees' keys"),
    "credential twice": ("凭证只列一次", "a credential is listed once"),
    "weight": ("凭证的权重是正整数", "a weight is a whole number above nought"),
    "canonical": ("选票写法唯一", "the ballot is written in its one way"),
    "election": ("选票属于这次表决", "the ballot is of this election"),
    "not listed": ("凭证在名单上", "the credential is listed"),
    "ballot hash": ("选票的哈希正确", "the hash of the ballot"),
    "signature": ("选票的签名正确", "the signature of the ballot"),
    "shape": ("个数与题目相符", "as many as the question needs"),
    "zero or one": ("每个密文是 0 或 1", "each ciphertext holds 0 or 1"),
    "how many": ("所选个数在规定之内", "as many choices as allowed"),
    "blank": ("弃权票没有同时选别的", "a blank vote chooses nothing else"),
    "ballot twice": ("同一张选票只出现一次", "a ballot stands once"),
    "number tallied": ("计入的票数正确", "the number of ballots tallied"),
    "tally": ("加密总数等于各选票之积", "the tally is the product of the ballots"),
    "owner": ("每位保管人解密一次", "each trustee decrypts once"),
    "decryption": ("保管人的解密证明正确", "the proof of the decryption"),
    "count": ("得票数不超过票数", "a count is no more than the ballots"),
    "result": ("结果与选票相符", "the result follows from the ballots"),
}


class Refused(Exception):
    """A check failed: its code, and the place."""

    def __init__(self, code: str, place: str = "") -> None:
        super().__init__(f"{code} at {place}")
        self.code, self.place = code, place


# Ed25519: extended coordinates, RFC 8032 section 5.1. Nothing here is secret, so time tells nothing.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * D % P * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _negative(p: Point) -> Point:
    return -p[0] % P, p[1], p[2], -p[3] % P


def _digits(k: int) -> list[int]:
    """``k`` in base 16, lowest first, each digit between -7 and 8."""
    found = []
    while k:
        digit = k & 15
        k >>= 4
        if digit > 8:
            digit, k = digit - 16, k + 1
        found.append(digit)
    return found


def _chain(p: Point) -> list[Point]:
    """p, 16 p, 256 p ...: what every multiple of p below 2**256 is added up from."""
    found, (x, y, z, _) = [p], p
    for _ in range(63):
        for _ in range(4):  # doubling does not read the fourth coordinate, so it is made once in four
            a, b = x * x % P, y * y % P
            h, g = a + b, a - b
            e, f = h - (x + y) * (x + y) % P, 2 * z * z % P + g
            x, y, z = e * f % P, g * h % P, f * g % P
        found.append((x, y, z, e * h % P))
    return found


def _added(chain: list[Point], k: int) -> Point:
    """k times the first of ``chain``: what has the same digit is added first (Yao 1976), then each digit is taken as often as it says."""
    heaps: list[Point | None] = [None] * 9
    for point, digit in zip(chain, _digits(k), strict=False):
        if digit:
            at, one = abs(digit), point if digit > 0 else _negative(point)
            heaps[at] = one if heaps[at] is None else _add(heaps[at], one)
    running = found = None
    for heap in reversed(heaps[1:]):
        if heap is not None:
            running = heap if running is None else _add(running, heap)
        if running is not None:
            found = running if found is None else _add(found, running)
    return NEUTRAL if found is None else found


class Curve:
    """The subgroup of prime order of edwards25519, written multiplicatively like the other group."""

    name, q, one = "Ed25519", L, NEUTRAL

    def __init__(self) -> None:
        y = 4 * pow(5, P - 2, P) % P
        self._tables: dict[Point, list[list[Point]]] = {}
        self._chains: dict[Point, list[Point]] = {}
        self.g = self._decode(y, 0)

    def _decode(self, y: int, sign: int) -> Point:
        u, v = (y * y - 1) % P, (D * y * y + 1) % P
        x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
        if v * x * x % P != u:
            x = x * ROOT % P
        if v * x * x % P != u or (x == 0 and sign):
            raise Refused("group")
        if x & 1 != sign:
            x = P - x
        return x, y, 1, x * y % P

    def read(self, text: Any, place: str) -> Point:
        """The point that ``text`` writes: canonical and of prime order."""
        if not isinstance(text, str) or not re.fullmatch("[0-9a-f]{64}", text):
            raise Refused("group", place)
        number = int(text, 16)
        y, sign = number & (1 << 255) - 1, number >> 255
        if y >= P:
            raise Refused("group", place)
        try:
            point = self._decode(y, sign)
        except Refused:
            raise Refused("group", place) from None
        if not self.same(_added(self._chain(point), L), NEUTRAL):
            raise Refused("group", place)
        return point

    def write(self, p: Point) -> str:
        inverse = pow(p[2], -1, P)
        return f"{p[1] * inverse % P | (p[0] * inverse % P & 1) << 255:064x}"

    def same(self, p: Point, q: Point) -> bool:
        return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0

    def mul(self, p: Point, q: Point) -> Point:
        return _add(p, q)

    def div(self, p: Point, q: Point) -> Point:
        return _add(p, _negative(q))

    def power(self, p: Point, k: int) -> Point:
        return _added(self._chain(p), k % L)

    def past(self, p: Point, n: int, k: int) -> Point:
        """(p / g**n)**k."""
        return _add(self.power(p, k), self.fixed(self.g, -n * k)) if n else self.power(p, k)

    def _chain(self, p: Point) -> list[Point]:
        """The doublings of a point are the costly part: reading it, and each of its powers, share them."""
        if p not in self._chains:
            if len(self._chains) >= CHAINS:
                self._chains.clear()
            self._chains[p] = _chain(p)
        return self._chains[p]

    def fixed(self, base: Point, k: int) -> Point:
        """A power of a base that comes again and again: 64 tables of 16, made once."""
        tables = self._tables.get(base)
        if tables is None:
            tables, step = [], base
            for _ in range(64):
                row = [NEUTRAL]
                for _ in range(15):
                    row.append(_add(row[-1], step))
                tables.append(row)
                step = _add(row[-1], step)
            self._tables[base] = tables
        found, k = NEUTRAL, k % L
        for row in tables:
            if digit := k & 15:
                found = _add(found, row[digit])
            k >>= 4
        return found


class Integers:
    """BELENIOS-2048: the subgroup of order q of the integers mod p."""

    name, one = "BELENIOS-2048", 1
    p = int(
    "a3ef2d011fefb1b6e39e568fccdffb0fb7dc7ef3a791b6862791811d21fc35f21e6d36856b428030421f514ed40bfd4c06e092a495af8d79a2f85e0f"
    "b11c0ede07dd973f9c53e50930c6e82ac36de1ae3fb8c3aabfff12ce27a5022ddd8912d107435012768a2cdd0a4091d8fa447f6c7ebc15a349fa318a"
    "6b4fe17d8d47e843a3e14dfa9b2162f4d7229abe93a188b46b006517d6f6747ebbb29c9ec3099b607f18fb1a8bc858279aa8599411d998d3e3fada9e"
    "010840d082d8c31911acdd4a0e7992d0f18cc759cb5de0acf66a3882555bc810941e021b6a4ccfa04ee4008f878affa2375e2999b44f6cef17d70730"
    "1e59e0e6351e051ed9cec4157646e64f",
    16)
    q = int(
    "adb6066a73522565f4daa0f2579db7f2f0fa90c2168bc709e20263387d55c491",
    16)
    g = int(
    "1307c1ab5f295885d7caa3a78a42415e31fd1c5807b61fb1e781878a52230a51988b98c259597f9c5a9dfd001d26ba31d9d8976f01d95a1c8262ee68"
    "a0e92cea541e5219e0d0d094301b894236823fe1d4bc04e29f3748aefd4f10d5b1a356a8643e673fd9d215fc8fe5fb9cf9fdb8ea88fdb1a3381a697f"
    "df9c2458570b06d26aef1be365fdd90165f397c6b870df8c1b9e519edcee8bb0f74b7a1615a274ba60a7ea574a61f552d2dde0ce514e0927c4ff49b1"
    "964c4a913731ae4268d60d7f22127b6cbba44d453ac8b72fd04e0991b7aeff04867d8724ac638f5f34100d2d47aa680d43771902743d663f42d853c0"
    "41e1c91fe3823f4bcf284308f1d7e653",
    16)

    def read(self, text: Any, place: str) -> int:
        """The number that ``text`` writes: in its one way, of order q."""
        if not isinstance(text, str) or not re.fullmatch("[1-9][0-9]{0,616}", text):
            raise Refused("group", place)
        value = int(text)
        if value >= self.p or pow(value, self.q, self.p) != 1:
            raise Refused("group", place)
        return value

    def write(self, a: int) -> str:
        return str(a)

    def same(self, a: int, b: int) -> bool:
        return a == b

    def mul(self, a: int, b: int) -> int:
        return a * b % self.p

    def div(self, a: int, b: int) -> int:
        return a * pow(b, -1, self.p) % self.p

    def power(self, a: int, k: int) -> int:
        return pow(a, k % self.q, self.p)

    fixed = power

    def past(self, a: int, n: int, k: int) -> int:
        """(a / g**n)**k."""
        return pow(self.div(a, pow(self.g, n, self.p)) if n else a, k, self.p)


# Reading: JSON in one way only, objects with exactly their fields.


def parse(text: str, place: str) -> Any:
    """JSON without repeated fields, with whole numbers alone, of bounded size."""
    def once(pairs: list) -> dict:
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    def never(_: str) -> None:
        raise ValueError

    if len(text) > LARGEST_TEXT:
        raise Refused("json", place)
    try:
        return json.loads(text, object_pairs_hook=once, parse_float=never, parse_constant=never)
    except (ValueError, RecursionError):
        raise Refused("json", place) from None


def fields(value: Any, place: str, *needed: str, perhaps: tuple[str, ...] = ()) -> dict:
    """``value`` as an object with exactly these fields."""
    if not isinstance(value, dict) or not set(needed) <= set(value) <= set(needed) | set(perhaps):
        raise Refused("fields", place)
    return value


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def digest64(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def proof_of(kind: Any, value: Any, place: str) -> tuple[int, int]:
    """Challenge and response, each a canonical number below q."""
    if not isinstance(value, dict) or list(value) != ["challenge", "response"]:
        raise Refused("fields", place)
    numbers = []
    for text in value.values():
        if not isinstance(text, str) or not re.fullmatch("0|[1-9][0-9]{0,99}", text) or int(text) >= kind.q:
            raise Refused("scalar", place)
        numbers.append(int(text))
    return numbers[0], numbers[1]


def challenge(kind: Any, prefix: str, *elements: Any) -> int:
    return int.from_bytes(hashlib.sha256(f"{prefix}|{','.join(map(kind.write, elements))}".encode()).digest(), "big") % kind.q


def knows(kind: Any, prefix: str, public: Any, value: Any, place: str, code: str) -> None:
    """A Schnorr proof of the secret of ``public``."""
    c, z = proof_of(kind, value, place)
    if challenge(kind, prefix, kind.mul(kind.fixed(kind.g, z), kind.power(public, c))) != c:
        raise Refused(code, place)


def one_of(kind: Any, key: Any, prefix: str, cases: list[tuple[Any, Any, int]], proofs: Any, place: str, code: str) -> None:
    """In one of ``cases`` (alpha, beta, n), alpha and beta / g**n are g and key to one exponent; which, stays hidden."""
    if not isinstance(proofs, list) or len(proofs) != len(cases):
        raise Refused(code, place)
    commitments, total = [], 0
    for i, ((alpha, beta, n), value) in enumerate(zip(cases, proofs, strict=True)):
        c, z = proof_of(kind, value, f"{place}[{i}]")
        commitments += [kind.mul(kind.fixed(kind.g, z), kind.power(alpha, c)), kind.mul(kind.fixed(key, z), kind.past(beta, n, c))]
        total += c
    if challenge(kind, prefix, *commitments) != total % kind.q:
        raise Refused(code, place)


# The archive.


def entries(data: bytes) -> list[tuple[str, str]]:
    """Names and texts; every header must be exactly the one that its name, size and time give."""
    if not data or len(data) > LARGEST_FILE or len(data) % BLOCK:
        raise Refused("blocks")
    found, at = [], 0
    while at < len(data):
        header = data[at:at + BLOCK]
        try:
            name, size, time = header[:100].rstrip(b"\0").decode("ascii"), int(header[124:135], 8), int(header[136:147], 8)
            body = data[at + BLOCK:at + BLOCK + size]
            text = body.decode("utf-8")
        except ValueError:
            raise Refused("header", f"byte {at}") from None
        made = bytearray(BLOCK)
        for start, part in ((0, name.encode()), (100, b"0000644\0"), (108, b"0000000\0" * 2), (124, b"%011o\0%011o\0" % (size, time)), (148, b" " * 8 + b"0")):
            made[start:start + len(part)] = part
        made[148:156] = b"%06o\0 " % sum(made)
        end = at + BLOCK + size + -size % BLOCK
        if len(body) != size or bytes(made) != header or any(data[at + BLOCK + size:end]) or end > len(data):
            raise Refused("header", f"byte {at}")
        found.append((name, text))
        at = end
    return found


def events(data: bytes) -> tuple[list[tuple[str, str | None]], dict[str, str]]:
    """The events (kind, name of the payload) and the texts by name; the chain of hashes is checked."""
    listed, texts, parent, found = entries(data), {}, None, []
    if listed[0][0] != "BELENIOS" or fields(parse(listed[0][1], "BELENIOS"), "BELENIOS", "version", "timestamp")["version"] != 1:
        raise Refused("version", "BELENIOS")
    for name, text in listed[1:]:
        stem, _, ending = name.partition(".")
        if hashlib.sha256(text.encode()).hexdigest() != stem:
            raise Refused("name", name)
        if ending == "data.json":
            texts[stem] = text
        elif ending == "event.json":
            event = fields(parse(text, name), name, "height", "type", *(["parent"] if parent else []), perhaps=("payload",))
            if event.get("parent") != parent or event["height"] != len(found):
                raise Refused("chain", name)
            if "payload" in event:
                named(texts, event["payload"], name)
            parent = stem
            found.append((event["type"], event.get("payload")))
        else:
            raise Refused("name", name)
    places = [ORDER.index(kind) if kind in ORDER else -1 for kind, _ in found]
    once = [kind for kind, _ in found if kind not in ("Ballot", "PartialDecryption")]
    if not found or found[0][0] != "Setup" or -1 in places or places != sorted(places) or len(set(once)) != len(once):
        raise Refused("order")
    return found, texts


def named(texts: dict[str, str], name: Any, place: str) -> str:
    if not isinstance(name, str) or name not in texts:
        raise Refused("missing data", place)
    return texts[name]


# The election.


class Election:
    """The election as its text says it."""

    def __init__(self, text: str) -> None:
        one = fields(parse(text, "election"), "election", "version", "description", "name", "group", "public_key", "questions", "uuid",
                     perhaps=("administrator", "credential_authority"))
        if one["version"] != 1:
            raise Refused("version", "election")
        kinds = {"Ed25519": Curve, "BELENIOS-2048": Integers}
        if not isinstance(one["group"], str) or one["group"] not in kinds:
            raise Refused("group", "election.group")
        self.text, self.kind, self.fingerprint = text, kinds[one["group"]](), digest64(text)
        self.key, self.uuid, self.name = self.kind.read(one["public_key"], "election.public_key"), one["uuid"], one["name"]
        if not all(isinstance(one[name], str) for name in ("name", "description", "uuid")):
            raise Refused("fields", "election")
        if self.kind.same(self.key, self.kind.one):
            raise Refused("neutral", "election.public_key")
        if not isinstance(one["questions"], list) or not 1 <= len(one["questions"]) <= 100:
            raise Refused("questions", "election.questions")
        self.questions = [self._question(q, f"election.questions[{i}]") for i, q in enumerate(one["questions"])]

    def _question(self, value: Any, place: str) -> dict:
        q = fields(value, place, "answers", "min", "max", "question", perhaps=("blank",))
        sound = isinstance(q["answers"], list) and 1 <= len(q["answers"]) <= 500 and all(isinstance(a, str) for a in [q["question"], *q["answers"]])
        if not sound or type(q["min"]) is not int or type(q["max"]) is not int or not 0 <= q["min"] <= q["max"] <= len(q["answers"]):
            raise Refused("questions", place)
        return q | {"blank": q.get("blank") is True, "width": len(q["answers"]) + (q.get("blank") is True)}


def pair_of(kind: Any, value: Any, place: str) -> tuple[Any, Any]:
    one = fields(value, place, "alpha", "beta")
    return kind.read(one["alpha"], f"{place}.alpha"), kind.read(one["beta"], f"{place}.beta")


def check_ballot(election: Election, text: str, place: str) -> tuple[str, list]:
    """The credential and the ciphertexts by question of a ballot in which everything holds."""
    kind, names = election.kind, ["election_uuid", "election_hash", "credential", "answers", "signature"]
    ballot = fields(parse(text, place), place, *names)
    if compact(ballot) != text or list(ballot) != names:
        raise Refused("canonical", place)
    if ballot["election_uuid"] != election.uuid or ballot["election_hash"] != election.fingerprint:
        raise Refused("election", place)
    credential = kind.read(ballot["credential"], f"{place}.credential")
    if kind.same(credential, kind.one):
        raise Refused("neutral", f"{place}.credential")
    signature = fields(ballot["signature"], f"{place}.signature", "hash", "proof")
    if signature["hash"] != digest64(compact({name: ballot[name] for name in names[:4]})):
        raise Refused("ballot hash", place)
    knows(kind, f"sig|{signature['hash']}", credential, signature["proof"], f"{place}.signature", "signature")
    if not isinstance(ballot["answers"], list) or len(ballot["answers"]) != len(election.questions):
        raise Refused("shape", f"{place}.answers")
    start = f"{election.fingerprint}|{ballot['credential']}"
    return ballot["credential"], [check_answer(election, q, a, start, f"{place}.answers[{i}]")
                                  for i, (q, a) in enumerate(zip(election.questions, ballot["answers"], strict=True))]


def check_answer(election: Election, q: dict, value: Any, start: str, place: str) -> list:
    """The ciphertexts of an answer whose proofs hold."""
    kind, key = election.kind, election.key
    answer = fields(value, place, "choices", "individual_proofs", "overall_proof", *(["blank_proof"] if q["blank"] else []))
    choices, proofs = answer["choices"], answer["individual_proofs"]
    if not isinstance(choices, list) or not isinstance(proofs, list) or len(choices) != q["width"] or len(proofs) != q["width"]:
        raise Refused("shape", place)
    pairs = [pair_of(kind, choice, f"{place}.choices[{i}]") for i, choice in enumerate(choices)]
    for i, ((alpha, beta), proof) in enumerate(zip(pairs, proofs, strict=True)):
        prefix = f"prove|{start}|{kind.write(alpha)},{kind.write(beta)}"
        one_of(kind, key, prefix, [(alpha, beta, 0), (alpha, beta, 1)], proof, f"{place}.individual_proofs[{i}]", "zero or one")
    whole = start + "|" + ",".join(f"{kind.write(a)},{kind.write(b)}" for a, b in pairs)
    alpha, beta = product(kind, pairs[1:] if q["blank"] else pairs)
    allowed = [(alpha, beta, n) for n in range(q["min"], q["max"] + 1)]
    if not q["blank"]:
        one_of(kind, key, f"prove|{whole}|{kind.write(alpha)},{kind.write(beta)}", allowed, answer["overall_proof"], f"{place}.overall_proof", "how many")
        return pairs
    blank = pairs[0]
    one_of(kind, key, f"bproof1|{whole}", [(*blank, 1), *allowed], answer["overall_proof"], f"{place}.overall_proof", "how many")
    one_of(kind, key, f"bproof0|{whole}", [(*blank, 0), (alpha, beta, 0)], answer["blank_proof"], f"{place}.blank_proof", "blank")
    return pairs


def product(kind: Any, pairs: list) -> tuple[Any, Any]:
    alpha = beta = kind.one
    for a, b in pairs:
        alpha, beta = kind.mul(alpha, a), kind.mul(beta, b)
    return alpha, beta


# The whole.


def check(data: bytes, earlier: bytes | None = None, processes: int = 1) -> dict:
    """What the archive proves; raises Refused with the check that fails."""
    found, texts = events(data)
    if earlier is not None and not data.startswith(earlier):
        raise Refused("append-only")
    setup = fields(parse(named(texts, found[0][1], "Setup"), "Setup"), "Setup", "election", "trustees", "credentials")
    election = Election(named(texts, setup["election"], "Setup.election"))
    keys = check_trustees(election, parse(named(texts, setup["trustees"], "Setup.trustees"), "trustees"))
    weights = check_credentials(election, parse(named(texts, setup["credentials"], "Setup.credentials"), "credentials"))
    cast = [named(texts, payload, f"ballot {i}") for i, (_, payload) in enumerate(e for e in found if e[0] == "Ballot")]
    if len(set(cast)) != len(cast):
        raise Refused("ballot twice", "ballots")
    last: dict[str, list] = {}
    for i, (credential, pairs) in enumerate(_each(election, cast, processes)):
        if credential not in weights:
            raise Refused("not listed", f"ballot {i}.credential")
        last[credential] = pairs
    counts = check_result(election, keys, weights, last, found, texts)
    return {"verdict": "accepted", "failed": None, "checks": gone_through(found, earlier is not None), "counts": counts, "fingerprint": election.fingerprint, "name": election.name, "listed": len(weights),
            "ballots": len(cast), "counted": len(last), "questions": [{"question": q["question"], "answers": q["answers"], "blank": q["blank"]} for q in election.questions]}


def gone_through(found: list, earlier: bool) -> list[str]:
    """The steps that were gone through, as far as the archive goes."""
    kinds = {kind for kind, _ in found}
    late = [name for name, kind in (("tally", "EncryptedTally"), ("shares", "PartialDecryption"), ("result", "Result")) if kind in kinds]
    return ["chain", *(["append-only"] if earlier else []), "trustees and credentials", "ballots", *late]


def check_trustees(election: Election, listed: Any) -> list:
    """The trustees' keys, each proven; together they are the election's key."""
    kind, keys, whole = election.kind, [], election.kind.one
    if not isinstance(listed, list) or not listed:
        raise Refused("shape", "trustees")
    for i, item in enumerate(listed):
        place = f"trustees[{i}]"
        if not isinstance(item, list) or len(item) != 2 or item[0] != "Single":
            raise Refused("shape", place)
        one = fields(item[1], place, "pok", "public_key", perhaps=("name",))
        key = kind.read(one["public_key"], place)
        if kind.same(key, kind.one):
            raise Refused("neutral", place)
        knows(kind, f"pok|{kind.name}|{kind.write(key)}", key, one["pok"], place, "trustee proof")
        keys.append(key)
        whole = kind.mul(whole, key)
    if not kind.same(whole, election.key):
        raise Refused("joint key", "election.public_key")
    return keys


def check_credentials(election: Election, listed: Any) -> dict[str, int]:
    """The credentials with their weights, each once."""
    weights: dict[str, int] = {}
    if not isinstance(listed, list):
        raise Refused("shape", "credentials")
    for i, entry in enumerate(listed):
        key, _, weight = entry.partition(",") if isinstance(entry, str) else ("", "", "")
        place = f"credentials[{i}]"
        if election.kind.same(election.kind.read(key, place), election.kind.one):
            raise Refused("neutral", place)
        if weight and not (re.fullmatch("[0-9]{1,9}", weight) and int(weight)):
            raise Refused("weight", place)
        if key in weights:
            raise Refused("credential twice", place)
        weights[key] = int(weight or 1)
    if sum(weights.values()) > LARGEST_WEIGHT:
        raise Refused("weight", "credentials")
    return weights


def check_result(election: Election, keys: list, weights: dict[str, int], last: dict[str, list], found: list, texts: dict[str, str]) -> list[list[int]] | None:
    """The counts, after the tally, every share and the result were reckoned again; None where the archive does not go so far."""
    kind, by = election.kind, {kind_: [payload for k, payload in found if k == kind_] for kind_ in ORDER}
    late = by["PartialDecryption"] or by["Result"]
    if (late and not by["EncryptedTally"]) or (by["EncryptedTally"] and not by["EndBallots"]):
        raise Refused("order")
    if not by["EncryptedTally"]:
        return None
    sized = fields(parse(named(texts, by["EncryptedTally"][0], "tally"), "tally"), "tally", "num_tallied", "total_weight", "encrypted_tally")
    most = sum(weights[credential] for credential in last)
    if sized["num_tallied"] != len(last) or sized["total_weight"] != most:
        raise Refused("number tallied", "tally")
    tally = [[(kind.one, kind.one)] * q["width"] for q in election.questions]
    for credential, answers in last.items():
        for row, pairs in zip(tally, answers, strict=True):
            for j, (a, b) in enumerate(pairs):
                a, b = (a, b) if weights[credential] == 1 else (kind.power(a, weights[credential]), kind.power(b, weights[credential]))
                row[j] = (kind.mul(row[j][0], a), kind.mul(row[j][1], b))
    if parse(named(texts, sized["encrypted_tally"], "tally"), "tally") != [[{"alpha": kind.write(a), "beta": kind.write(b)} for a, b in row] for row in tally]:
        raise Refused("tally", "tally")
    shares = check_shares(election, keys, tally, [named(texts, payload, "share") for payload in by["PartialDecryption"]], texts)
    if not by["Result"]:
        return None
    if len(shares) != len(keys):
        raise Refused("owner", "shares")
    counts = count(kind, tally, shares, most)
    if fields(parse(named(texts, by["Result"][0], "result"), "result"), "result", "result")["result"] != counts:
        raise Refused("result", "result")
    return counts


def check_shares(election: Election, keys: list, tally: list, listed: list[str], texts: dict[str, str]) -> dict[int, list]:
    """Each trustee's factors, each proven, one set a trustee."""
    kind, shares = election.kind, {}
    for text in listed:
        share = fields(parse(text, "share"), "share", "owner", "payload")
        owner = share["owner"]
        if type(owner) is not int or not 1 <= owner <= len(keys) or owner in shares:
            raise Refused("owner", "share")
        place, key = f"share {owner}", keys[owner - 1]
        made = fields(parse(named(texts, share["payload"], place), place), place, "decryption_factors", "decryption_proofs")
        for rows in made.values():
            if not isinstance(rows, list) or [len(row) if isinstance(row, list) else -1 for row in rows] != [len(row) for row in tally]:
                raise Refused("shape", place)
        shares[owner] = []
        for i, row in enumerate(tally):
            factors = [kind.read(text, f"{place}[{i}]") for text in made["decryption_factors"][i]]
            for (alpha, _), factor, proof in zip(row, factors, made["decryption_proofs"][i], strict=True):
                c, z = proof_of(kind, proof, place)
                a = kind.mul(kind.fixed(kind.g, z), kind.power(key, c))
                b = kind.mul(kind.power(alpha, z), kind.power(factor, c))
                if challenge(kind, f"decrypt|{election.fingerprint}|{kind.write(key)}", a, b) != c:
                    raise Refused("decryption", place)
            shares[owner].append(factors)
    return shares


def count(kind: Any, tally: list, shares: dict[int, list], most: int) -> list[list[int]]:
    """The counts: how often g went into what is left of each beta."""
    known, power = {}, kind.one
    for n in range(most + 1):
        known[kind.write(power)] = n
        power = kind.mul(power, kind.g)
    counts = []
    for i, row in enumerate(tally):
        counts.append([])
        for j, (_, beta) in enumerate(row):
            for factors in shares.values():
                beta = kind.div(beta, factors[i][j])
            if kind.write(beta) not in known:
                raise Refused("count", f"question {i + 1}, answer {j + 1}")
            counts[-1].append(known[kind.write(beta)])
    return counts


_ELECTION: Election | None = None


def _begin(text: str) -> None:
    global _ELECTION
    _ELECTION = Election(text)


def _one(given: tuple[int, str]) -> tuple[str, Any, str]:
    """A ballot in a process of its own; what was refused comes back as words, for exceptions of this kind do not travel."""
    try:
        return "", check_ballot(_ELECTION, given[1], f"ballot {given[0]}"), ""
    except Refused as fault:
        return fault.code, None, fault.place


def _each(election: Election, cast: list[str], processes: int) -> Any:
    if processes <= 1 or len(cast) < 8:
        yield from (check_ballot(election, text, f"ballot {i}") for i, text in enumerate(cast))
        return
    with Pool(processes, _begin, (election.text,)) as pool:
        for code, value, place in pool.imap(_one, enumerate(cast), chunksize=8):
            if code:
                raise Refused(code, place)
            yield value


def tell(told: dict, zh: bool) -> str:
    """The verdict in plain words."""
    lines = [f"{'表决' if zh else 'Vote'}: {told['name']}", f"{'指纹' if zh else 'Fingerprint'}: {told['fingerprint']}",
             (f"名单上 {told['listed']} 张凭证，收到 {told['ballots']} 张选票，计入 {told['counted']} 张（每张凭证只算最后一张）。" if zh else
              f"{told['listed']} credentials listed, {told['ballots']} ballots on the board, {told['counted']} counted (the last of each credential).")]
    if told["counts"] is None:
        lines.append("投票或计票还没有结束；到目前为止，一切都对。" if zh else "Voting or counting is not over; so far everything holds.")
    else:
        for q, counts in zip(told["questions"], told["counts"], strict=True):
            answers = (["弃权" if zh else "blank"] if q["blank"] else []) + q["answers"]
            lines += [q["question"], *(f"  {n:>7}  {answer}" for answer, n in zip(answers, counts, strict=True))]
        lines.append("已证明：这个结果就是票箱里这些选票的结果。" if zh else "Proven: this result is that of the ballots on the board.")
    lines.append("未证明：每部手机装进选票的就是投票人所选的（可以拆票检查）；凭证只发给了有资格的人；没有人被逼迫。" if zh else
                 "Not proven: that each phone encrypted what its voter chose (have a ballot opened), that only the entitled got credentials, that nobody was forced.")
    return "\n".join(map(plain, lines))


def plain(line: str) -> str:
    """Without control characters: an archive must not write to a terminal as it likes."""
    return "".join(c if c.isprintable() else "?" for c in line)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST_FILE + 1)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check an election from its archive. 从票箱核验一次表决。")
    parser.add_argument("file", type=Path)
    parser.add_argument("--earlier", type=Path, help="an earlier copy of the same archive 较早的副本")
    parser.add_argument("--fingerprint", help="the fingerprint that was published before 事先公布的指纹")
    parser.add_argument("--lang", "--language", dest="lang", choices=("zh", "en"), default="zh" if os.environ.get("LANG", "").startswith("zh") else "en")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true", help="one object for programs 供程序读取")
    given = parser.parse_args(arguments)
    zh = given.lang == "zh"
    try:
        data, earlier = (_bytes(path) if path else None for path in (given.file, given.earlier))
    except OSError as fault:
        print(f"{'读不到文件' if zh else 'cannot read'}: {fault.filename}", file=sys.stderr)
        return 2
    try:
        told = check(data, earlier, max(1, min(given.processes, 64)))
        if given.fingerprint and given.fingerprint.rstrip("=") != told["fingerprint"]:
            raise Refused("election", "fingerprint")
    except Refused as fault:
        if given.json:
            print(json.dumps({"verdict": "refused", "failed": fault.code, "place": fault.place, "checks": [], "counts": None, "fingerprint": None, "ballots": None}))
        else:
            print(f"{'未通过：不能采用这个结果。检查' if zh else 'REFUSED: this result must not be used. Check'}: {CHECKS[fault.code][0 if zh else 1]} ({plain(fault.place) or '-'})")
        return 1
    print(json.dumps(told, ensure_ascii=False) if given.json else tell(told, zh))
    return 0


if __name__ == "__main__":
    sys.exit(main())
