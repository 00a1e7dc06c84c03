"""Identifiers in free text are masked before anything is public: names at titles, telephones, identity and bank cards, plates, mail and
messenger addresses, house and flat numbers.

Each identifier is replaced by ``＊＊＊``; the words around it stay, so that a street, an estate and the matter can still be read. The text is
read once in a shape of the same length (full-width signs made narrow), so a place found there is the same place in the text. Every pattern
is bounded: the time grows with the length of the text and nothing else, whatever stands in it.

Trust: what is not found is published. A bare name without title or announcing word is not found, nor what a text tells between its lines;
docs/specs/masking.md says what was measured. Where in doubt it masks: a digit run of an identity card's length goes even with a wrong check digit.

Example::

    mask("我叫季禾，电话138 0000 0000，住青石路12号3栋502室")
    # Masked("我叫＊＊＊，电话＊＊＊，住青石路＊＊＊", ("name", "phone", "address"))
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mingtang.city.requests import masking_words as words

MARK = "＊＊＊"
KINDS = ("name", "phone", "id_card", "bank_card", "number", "passport", "plate", "email", "messenger", "address")

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Masked:
    """The masked text, and the kinds of identifiers found in it in the order of ``KINDS``."""

    text: str
    found: tuple[str, ...]


def mask(text: str) -> Masked:
    """``text`` with each identifier replaced by ``＊＊＊``. Linear in the text."""
    shape = text.translate(_NARROW)
    spans: list[Span] = []
    if _DIGITS.search(shape):
        if _LONG.search(shape):
            spans += _numbers(shape)
        if _SPELT.search(shape):
            spans += _spelt(shape)
        spans += _addresses(shape)
        spans += _plates(shape)
    elif _SPELT.search(shape):
        spans += _spelt(shape)
        spans += _addresses(shape)
    else:
        spans += _addresses(shape) if _HOUSE_WORD.search(shape) else []
    spans += _messengers(shape)
    spans += _names(shape)
    return _replaced(text, spans)


def _replaced(text: str, spans: list[Span]) -> Masked:
    if not spans:
        return Masked(text, ())
    parts, at = [], 0
    for begin, end, _ in sorted(spans):
        if end <= at:
            continue
        if begin > at or not parts:
            parts += [text[at:begin], MARK]
        at = end
    parts.append(text[at:])
    found = {kind for _, _, kind in spans}
    masked = "".join(parts)
    while MARK + MARK in masked:
        masked = masked.replace(MARK + MARK, MARK)
    return Masked(masked, tuple(kind for kind in KINDS if kind in found))


# Full-width letters, digits and signs to their narrow ones, sign for sign; odd spaces and dashes to plain ones.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != ord("＊")} | dict.fromkeys(
    map(ord, "\u3000\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u2060\ufeff\t"), " ") | dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_CHINESE = {ord(c): d for cs, d in (("零〇○", "0"), ("一壹幺", "1"), ("二贰两", "2"), ("三叁", "3"), ("四肆", "4"), ("五伍", "5"), ("六陆", "6"),
                                    ("七柒", "7"), ("八捌", "8"), ("九玖", "9")) for c in cs}

_DIGITS = re.compile(r"[0-9]")
_BETWEEN = r"[ .\-·、_/()]{0,3}"  # what people put between digits
_LONG = re.compile(rf"[0-9](?:{_BETWEEN}[0-9]){{6}}")
_SPELT = re.compile(rf"[0-9零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两](?:{_BETWEEN}[0-9零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两]){{10}}")

# --- long numbers -------------------------------------------------------------------------------------------------------------

_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){13,17}(?:[ -]?[0-9]|[ -]?[Xx])(?![0-9A-Za-z])")
_PHONES = tuple(re.compile(pattern) for pattern in (
    rf"(?<![0-9])(?:\(?\+?(?:00)?86\)?{_BETWEEN})?1{_BETWEEN}[3-9](?:{_BETWEEN}[0-9]){{9}}(?![0-9])",  # mobile
    rf"(?<![0-9])\(?0[1-9][0-9]{{1,2}}\)?{_BETWEEN}[2-9][0-9]{{2,3}}{_BETWEEN}[0-9]{{4}}(?:{_BETWEEN}(?:转|ext\.?) ?[0-9]{{1,5}})?(?![0-9])",  # landline
    r"(?<![0-9-])[0-9]{3,4}-[0-9]{7,8}(?:-[0-9]{1,5})?(?![0-9-])",
    r"(?<![0-9-])[48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}(?![0-9-])",
    r"(?<![0-9A-Za-z])\+[1-9][0-9]{0,2}(?:[ .()-]{0,2}[0-9]){6,12}(?![0-9])",  # international
    r"(?<![0-9A-Za-z-])\(?[2-9][0-9]{2}\)?[ .-]{1,2}[0-9]{3}[ .-][0-9]{4}(?![0-9-])",  # 555-010-1234
    r"(?:电话|手机|座机|联系方式|联系|致电|拨打|号码|[Tt]el\.?|[Pp]hone|[Cc]all|[Mm]obile|[Tt]elephone)(?:号码|号| number| me| us| no\.?){0,2} ?(?:是|为|at|on|is)?[ ::]{0,3}"
    rf"([0-9]{{3,4}}{_BETWEEN}[0-9]{{4}}(?:{_BETWEEN}[0-9]{{1,4}})?)(?![0-9年月日元])",  # seven or eight digits, announced
))
_ACCOUNT = re.compile(r"(?:账号|帐号|户号|卡号|账户|帐户|学号|工号|社保号|医保号|编码|证号|[Aa]ccount(?: no\.?| number)?)[ ::是为]{0,3}([A-Za-z]{0,3}[0-9](?:[ -]?[0-9]){6,24})")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[EeGgDdSsPpHhMm][A-Ha-hJ-Nj-nP-Zp-z]?[0-9]{7,8})(?![A-Za-z0-9])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _numbers(shape: str) -> Iterator[Span]:
    cards = [(found.start(), found.end(), _card(re.sub("[ -]", "", found.group()).upper())) for found in _CARD.finditer(shape)]
    yield from cards
    for begin, end, _ in cards:
        shape = shape[:begin] + "#" * (end - begin) + shape[end:]  # a part of a card is no telephone
    for pattern in _PHONES:
        for found in pattern.finditer(shape):
            begin, end = found.span(found.lastindex or 0)
            if not _is_date(shape[begin:end]):
                yield begin, end, "phone"
    for found in _ACCOUNT.finditer(shape):
        yield *found.span(1), "number"
    for found in _PASSPORT.finditer(shape):
        yield *found.span(), "passport"


def _card(digits: str) -> str:
    """What a run of 15 to 19 digits is, by its check digit: identity card (GB 11643), bank card (Luhn), else just a number."""
    if len(digits) == 18 and digits[:17].isdigit():
        total = sum(int(d) * w for d, w in zip(digits[:17], _WEIGHTS, strict=True))
        if "10X98765432"[total % 11] == digits[17] or _is_day(digits[6:14]):
            return "id_card"
    if len(digits) == 15 and digits.isdigit() and _is_day("19" + digits[6:12]):
        return "id_card"
    if digits.isdigit():
        doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
        if sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0:
            return "bank_card"
    return "number"


def _is_day(digits: str) -> bool:
    return "1900" <= digits[:4] <= "2099" and "01" <= digits[4:6] <= "12" and "01" <= digits[6:8] <= "31"


def _is_date(found: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)[0-9]{2}[./-]?(?:0[1-9]|1[0-2])[./-]?(?:0[1-9]|[12][0-9]|3[01])", found.strip()))


_MOBILE = re.compile(rf"(?<![0-9])1{_BETWEEN}[3-9](?:{_BETWEEN}[0-9]){{9}}(?![0-9])")


def _spelt(shape: str) -> Iterator[Span]:
    """Numbers whose digits are written as words, in part or whole."""
    digits = shape.translate(_CHINESE)
    for found in _MOBILE.finditer(digits):
        yield *found.span(), "phone"
    for found in _CARD.finditer(digits):
        yield *found.span(), _card(re.sub("[ -]", "", found.group()).upper())


# --- plates, mail, messengers ---------------------------------------------------------------------------------------------------

_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Za-hj-np-z][ ·•.-]{0,2}(?=[A-Za-z]{0,5}[0-9])[A-HJ-NP-Za-hj-np-z0-9]{4,5}"
                    r"[A-HJ-NP-Za-hj-np-z0-9挂学警港澳*](?![A-Za-z0-9])")
_PLATE_SAID = re.compile(r"(?:车牌号?码?|牌照|[Ll]icen[cs]e [Pp]late|[Nn]umber [Pp]late|[Pp]late(?: [Nn]umber| [Nn]o\.?)?|[Rr]egistration)[ ::是为]{0,3}(?:is |number )?"
                         r"((?=[A-Za-z -]{0,8}[0-9])[A-Za-z0-9][A-Za-z0-9·-]{3,9})(?![A-Za-z0-9])")
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64} ?(?:@|\(at\)|\[at\]|#at#) ?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
_MESSENGER = re.compile(r"(?:微信号?|微 ?信|威信|薇信|[Vv]信|[Ww]e[Cc]hat|WECHAT|[Ww]eixin|(?<![A-Za-z])(?:[Ww][Xx]|[Vv][Xx])|[Qq]{2}群?|扣扣|企鹅号|支付宝|抖音号?|快手号?|[Tt]elegram|[Ww]hats[Aa]pp|[Ss]kype)"
                        r"(?:群|号码|号|账号|帐号| ?[Ii][Dd]| number){0,2}[ ::是为=()]{0,4}(?:is )?@?((?:[A-Za-z][A-Za-z0-9_-]{4,29}|[0-9]{5,12})(?![A-Za-z0-9_-]))")


def _plates(shape: str) -> Iterator[Span]:
    for found in _PLATE.finditer(shape):
        yield *found.span(), "plate"
    for found in _PLATE_SAID.finditer(shape):
        yield *found.span(1), "plate"


def _messengers(shape: str) -> Iterator[Span]:
    if "@" in shape or "at)" in shape or "at]" in shape or "#at#" in shape:
        for found in _MAIL.finditer(shape):
            yield *found.span(), "email"
    for found in _MESSENGER.finditer(shape):
        yield *found.span(1), "messenger"


# --- address below the street ---------------------------------------------------------------------------------------------------

_HOUSE_WORD = re.compile(r"[号栋幢座室]|单元|[Ff]lat|[Aa]pt|[Rr]oom|[Uu]nit|[Bb]lock")
_N = r"[0-9一二三四五六七八九十百零〇]"
_COUNTED = r"(?<![共有约近余达建仅这那每几各某0-9A-Za-z一二三四五六七八九十百零〇])"  # twelve buildings are no address
_TAIL = rf"(?: ?[A-Za-z]?{_N}{{1,5}}[A-Za-z]?(?:号楼|号院|单元|栋|幢|座|梯|门|楼|层|号房|号铺|号|室|户|房)| ?-? ?[A-Za-z]?[0-9]{{3,4}}(?![0-9年月日元米平]))"
_PARTS = tuple(re.compile(pattern) for pattern in (
    # A building or flat, with what follows it: 3栋2单元502, 12号楼501室, A座1203
    rf"{_COUNTED}(?:第 ?)?[A-Za-z]?(?:[0-9]{{1,4}}[A-Za-z]?|{_N}{{1,4}}(?=号楼|号院|单元|[栋幢] ?[0-9一二三四五六七八九十A-Za-z]))(?:号楼|号院|号栋|栋|幢|单元){_TAIL}{{0,5}}",
    rf"(?<![A-Za-z0-9])(?:[A-Za-z]|[0-9]{{1,3}})座(?! ?[0-9一二三四五六七八九十]?(?:城|桥|山|大桥|楼盘)){_TAIL}{{0,4}}",
    # A house in a street: 青石路12号, 12-3号, 12号附3号
    rf"(?<=[路街道巷弄里坊村湾园庄同段]) ?{_N}{{1,6}}(?:[-之] ?{_N}{{1,4}})?(?:号|弄)(?!线|口|出口|站|桥|井|机|泵|煤|矿|门店|文|令){_TAIL}{{0,5}}(?:[附-] ?{_N}{{1,4}}号)?",
    rf"(?<=村) ?{_N}{{1,3}}(?:组|队|社)(?![织伍区]){_TAIL}{{0,2}}",
    rf"(?:门牌号?|房号|室号|住址|地址|家住)[ ::是为]{{0,3}}({_N}{{1,6}}(?:-{_N}{{1,6}}){{0,3}}[号室]?)",
    rf"{_COUNTED}[A-Za-z]?[0-9]{{3,4}}(?:室|号房|房(?![价子屋产地间租贷主客东企型源]))",
    r"(?<![0-9A-Za-z.-])(?!(?:19|20)[0-9]{2}-)[A-Za-z]?[0-9]{1,3}[A-Za-z]?-[0-9]{1,2}-(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{3,4}(?![0-9-])",  # 3-2-501
    # English
    r"(?i)(?<![a-z])(?:flat|apt\.?|apartment|unit|room|rm\.?|suite|ste\.?|bldg\.?|building|block|blk\.?|house(?= (?:no|number|#))|villa|floor) ?(?:no\.? ?|number ?|# ?)?"
    r"(?:[a-z]?-?[0-9]{1,5}[a-z]?(?:-[0-9]{1,4}[a-z]?)?|[a-z](?=[ ,.;]|$))(?![a-z0-9])",
    r"(?<![0-9A-Za-z.])[0-9]{1,6}[A-Za-z]?(?:-[0-9]{1,6})?(?= (?:[NSEWnsew]\.? )?(?:[A-Z0-9][\w.']{0,24} ){1,4}"
    r"(?:Street|STREET|St|ST|Avenue|AVENUE|Ave|AVE|Road|ROAD|Rd|RD|Boulevard|BOULEVARD|Blvd|BLVD|Lane|LANE|Ln|LN|Drive|DRIVE|Dr|DR|Way|WAY|Place|PLACE|Pl|PL|Court|COURT|Ct|CT|"
    r"Terrace|TERRACE|Ter|TER|Parkway|PARKWAY|Pkwy|PKWY|Square|SQUARE|Highway|HIGHWAY|Hwy|HWY|Circle|CIRCLE|Cir|CIR|Walk|WALK|Alley|ALLEY)\b)",
    r"(?i)(?<![a-z])(?<=at |on |of |by )[0-9]{1,6}[a-z]?(?= (?:[a-z'.]{2,24} ){1,3}(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|drive|court|terrace|alley)\b)",
    r"(?<![0-9A-Za-z#])#[0-9]{1,3}-[0-9]{1,5}(?![0-9])",
))


def _addresses(shape: str) -> Iterator[Span]:
    for pattern in _PARTS:
        for found in pattern.finditer(shape):
            yield *found.span(found.lastindex or 0), "address"


# --- names ----------------------------------------------------------------------------------------------------------------------

_HAN = r"[\u4e00-\u9fff]"
_SURNAME = f"(?:{words.COMPOUND_SURNAMES}|[{words.SURNAMES}])"
_TITLE_AHEAD = f"(?={words.TITLES})"
_SHORT_AHEAD = f"(?=[总姐哥]|(?:{words.SHORT_TITLES})(?:[^\u4e00-\u9fff]|[说的在是和也都就把让给叫您您好]|$))(?!{words.NOT_AFTER_SHORT})"
_END = r"(?=[^\u4e00-\u9fffA-Za-z]|[,,。;;、!!??()()的在于是，]|$)"
_AT_TITLE = re.compile(rf"{_SURNAME}{_HAN}{{0,2}}?{_TITLE_AHEAD}|(?:{words.COMPOUND_SURNAMES}|[{words.SURNAMES}]){_SHORT_AHEAD}")
_ANY_TITLE = re.compile(words.TITLES)
_ANNOUNCED = re.compile(rf"(?:{words.ANNOUNCED})(?:叫|是|为)?[ ::]{{0,3}}({_HAN}{{2,4}}?)(?=[^\u4e00-\u9fff]|$|男|女|电话|手机|住|家住|身份证|联系|今年|现年|年龄|是|系)")
_MAYBE = re.compile(rf"(?:{words.MAYBE})(?:叫|是|姓名)?[ ::]{{0,2}}({_SURNAME}{_HAN}{{1,2}}){_END}")
_SURNAME_SAID = re.compile(rf"(?:我姓|姓氏|免贵姓|本人姓|他姓|她姓|[,;。 ]姓)({_SURNAME})")
_ENGLISH = tuple(re.compile(pattern) for pattern in (
    r"(?<![A-Za-z])(?:[Mm][Rr][Ss]?|MRS?|[Mm][Ss]|[Mm]iss|[Mm]x|[Dd][Rr]|[Pp]rof(?:essor)?|[Oo]fficer|[Mm]adam|[Ss]ir|[Cc]aptain|[Ii]nspector|[Tt]eacher)(?:\. ?| )"
    r"((?!(?:and|or|of|who|is|was|the|at|in|on|for|to|St|Street)\b)[A-Za-z][\w'-]{1,30}(?: [A-Z][\w'.-]{0,30}){0,2})",
    r"(?i:(?<![a-z])(?:my name is|name ?:|i am called|named|signed ?[,:]|regards ?,|contact person ?:?|reported by|yours sincerely ?,|sincerely ?,)) ?"
    r"([A-Z][\w'-]{1,30}(?: [A-Z][\w'.-]{0,30}){0,3})",
    r"(?<![A-Za-z])(?:I am|I'm|This is|this is|my (?:son|daughter|husband|wife|mother|father|neighbou?r|landlord|brother|sister)) "
    r"([A-Z][a-z'-]{1,30} [A-Z][a-z'-]{1,30})(?![A-Za-z])",
    r"(?:[Mm]y (?:son|daughter|husband|wife|mother|father|neighbou?r|landlord|brother|sister),? )([A-Z][a-z'-]{1,30})(?![A-Za-z])",
))


def _names(shape: str) -> Iterator[Span]:
    if _ANY_TITLE.search(shape) or any(short in shape for short in words.SHORT_TITLES.split("|")):
        yield from _at_titles(shape)
    for pattern in (_ANNOUNCED, _MAYBE, _SURNAME_SAID):
        for found in pattern.finditer(shape):
            if found.group(1)[:2] not in words.NOT_NAMES:
                yield *found.span(1), "name"
    if _LATIN.search(shape):
        for pattern in _ENGLISH:
            for found in pattern.finditer(shape):
                yield *found.span(1), "name"


def _at_titles(shape: str) -> Iterator[Span]:
    at = 0
    while found := _AT_TITLE.search(shape, at):
        begin, end = found.span()
        if found.group()[:2] in words.NOT_NAMES or shape[max(begin - 1, 0):begin + 1] in words.NOT_NAMES:
            at = begin + 1  # the surname may stand within: 于是张经理
            continue
        if shape.startswith("某", end):
            end += 2 if shape.startswith("某某", end) else 1
        yield begin, end, "name"
        at = end


_LATIN = re.compile(r"[A-Za-z]{2}")
