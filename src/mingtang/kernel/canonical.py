"""One injective encoding of JSON values into bytes: RFC 8785, the JSON Canonicalization Scheme (JCS).

Two values have the same bytes exactly when they are the same JSON value, so a hash over the bytes is a hash over the
value. Numbers are IEEE 754 doubles written as ECMAScript writes them; an integer that a double cannot hold exactly is
refused instead of silently rounded - send such numbers as strings.
"""

from __future__ import annotations

import hashlib
import math
from json.encoder import encode_basestring as _quote
from typing import Any

from mingtang.kernel.errors import RefusedInput, Sentence

_SAFE = 2**53
_DEEPEST = 200


class NotCanonical(RefusedInput):
    """The value is not JSON as RFC 8785 takes it."""

    code = "kernel.not_canonical"
    text = Sentence("这个值不能写成规范 JSON：{reason}。", "This value cannot be written as canonical JSON: {reason}.")
    next_step = Sentence("请只用字符串、布尔、空值、数组、对象和双精度数；大整数请写成字符串。",
                         "Use strings, booleans, null, arrays, objects and double numbers only; write big integers as strings.")


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 bytes of ``value`` (None, bool, int, float, str, list, tuple, dict with str keys).

    Raises NotCanonical, with the path of the fault, for anything else: NaN and infinities, integers beyond 2**53,
    lone surrogates, keys that are not strings, nesting deeper than 200.
    """
    out: list[str] = []
    _write(value, out, "$", 0)
    try:
        return "".join(out).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise NotCanonical(reason=f"lone surrogate U+{ord(fault.object[fault.start]):04X}") from None


def digest(domain: str, value: Any) -> bytes:
    """Return SHA-256 over ``domain``, a line feed and the canonical bytes of ``value`` (32 bytes).

    ``domain`` separates uses of the hash: equal values hashed for two purposes never collide.
    """
    return hashlib.sha256(domain.encode("utf-8") + b"\n" + canonical_json(value)).digest()


def _write(value: Any, out: list[str], path: str, depth: int) -> None:
    kind = type(value)
    if kind is str:
        out.append(_string(value))
    elif value is None:
        out.append("null")
    elif value is True:
        out.append("true")
    elif value is False:
        out.append("false")
    elif kind is int:
        if not -_SAFE <= value <= _SAFE:
            raise NotCanonical(path=path, reason="integer beyond 2^53")
        out.append(str(value))
    elif kind is float:
        out.append(_number(value, path))
    elif depth >= _DEEPEST:
        raise NotCanonical(path=path, reason=f"nested deeper than {_DEEPEST}")
    elif isinstance(value, dict):
        _object(value, out, path, depth)
    elif isinstance(value, (list, tuple)):
        out.append("[")
        for i, item in enumerate(value):
            if i:
                out.append(",")
            _write(item, out, f"{path}[{i}]", depth + 1)
        out.append("]")
    elif isinstance(value, str):
        out.append(_string(str(value)))
    else:
        raise NotCanonical(path=path, reason=f"type {kind.__name__}")


def _object(value: dict, out: list[str], path: str, depth: int) -> None:
    shape = _SHAPES.get(tuple(value)) or _shape(value, path)
    # Most members are strings, small integers and objects: they are written here, not by a call each.
    for lead, key in shape:
        item = value[key]
        kind = type(item)
        if kind is str:
            out.append(lead + _quote(item))
        elif kind is int and -_SAFE <= item <= _SAFE:
            out.append(f"{lead}{item}")
        elif item is None:
            out.append(lead + "null")
        elif kind is dict and depth < _DEEPEST - 1:
            out.append(lead)
            _object(item, out, f"{path}.{key}", depth + 1)
        else:
            out.append(lead)
            _write(item, out, f"{path}.{key}", depth + 1)
    out.append("}" if shape else "{}")


# The keys of an object in order, each with how its member begins. Documents of one kind have the same few shapes, so most are found here.
_SHAPES: dict[tuple[str, ...], list[tuple[str, str]]] = {}
_MOST_SHAPES, _LONGEST_SHAPE = 2048, 1024  # what strangers send never makes it grow beyond some megabytes


def _shape(value: dict, path: str) -> list[tuple[str, str]]:
    try:
        joined = "".join(value)
    except TypeError:
        kinds = {type(key).__name__ for key in value if not isinstance(key, str)}
        raise NotCanonical(path=path, reason=f"key of type {min(kinds)}") from None
    # Section 3.2.3: order by UTF-16 code units. For keys without astral characters that is Python's own order.
    keys = sorted(value) if joined.isascii() else sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    found = [(f"{',' if i else '{'}{_quote(key)}:", key) for i, key in enumerate(keys)]
    # Names of fields come again; keys that are data (a row's, a unit's) do not, and would push them out.
    if len(joined) <= _LONGEST_SHAPE and joined.isascii() and joined.isidentifier():
        if len(_SHAPES) >= _MOST_SHAPES:
            _SHAPES.clear()
        _SHAPES[tuple(value)] = found
    return found


def _string(value: str) -> str:
    # The standard library escapes as section 3.2.2.2 asks: \b \t \n \f \r \" \\ and \u00xx below U+0020. DEL stays as it is.
    return _quote(value)


def _number(value: float, path: str) -> str:
    if not math.isfinite(value):
        raise NotCanonical(path=path, reason="not a finite number")
    if value == 0:
        return "0"
    # repr gives the shortest digits that round-trip, as ECMA-262 Number::toString asks; only the layout differs.
    sign, text = ("-", repr(-value)) if value < 0 else ("", repr(value))
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    n = len(digits)
    if n <= point <= 21:
        body = digits + "0" * (point - n)
    elif 0 < point <= 21:
        body = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        body = "0." + "0" * -point + digits
    else:
        power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
        body = (digits if n == 1 else f"{digits[0]}.{digits[1:]}") + power
    return sign + body
