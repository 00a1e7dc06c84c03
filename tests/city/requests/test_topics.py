"""Recurring problems: found from words and places, ranked by four measures, the same each time, bounded, on real messages too."""

from __future__ import annotations

import random
import time
from collections import Counter

import openpyxl
import pytest
from django.core.cache import cache

from mingtang.city.requests import acts, demo_texts, reads, topics
from mingtang.city.requests.masking import mask
from mingtang.city.requests.topics import Said, problems
from tests.city.requests.conftest import RESIDENT

MONTH = 2026 * 12 + 2


def _said(texts, month=MONTH, street="", unsolved=None, first=0):
    return [Said(f"N{first + i:04}", text, "c", street, month, unsolved) for i, text in enumerate(texts)]


def _lifts(count, first=0, **more):
    return _said([f"第{i}栋电梯经常停运，老人上下楼困难" for i in range(count)], first=first, **more)


def _noise(count, first=0, **more):
    return _said([f"工地夜间施工噪音{'很' * (i % 3)}大，孩子睡不着" for i in range(count)], first=first, **more)


def test_what_is_the_same_is_found_together():
    """Two problems told in many words each are two problems, with the words that many say."""
    found = problems(_lifts(6) + _noise(4, 100) + _said(["我要表扬窗口人员"], first=900), MONTH)
    assert [(problem.size, problem.numbers[0]) for problem in found] == [(6, "N0000"), (4, "N0100")]
    assert "电梯" in "".join(found[0].words) and "施工" in "".join(found[1].words)


def test_the_order_of_requests_and_the_hour_change_nothing():
    """The same requests give the same problems, in whatever order they come."""
    said = _lifts(6) + _noise(9, 100, street="MZ-D1-S1") + _noise(3, 200, street="MZ-D1-S2")
    mixed = said[:]
    random.Random(4).shuffle(mixed)
    assert problems(said, MONTH) == problems(mixed, MONTH)


def test_size_growth_unsolved_and_streets_rank():
    """Each of the four measures lifts a problem above one that is otherwise its like."""
    def first(a, b):
        return problems(a + b, MONTH)[0].words

    lifts = problems(_lifts(5), MONTH)[0].words
    assert first(_lifts(6), _noise(4, 100)) == lifts
    assert first(_lifts(5), _noise(5, 100) + _noise(9, 200, month=MONTH - 1)) == lifts
    assert first(_lifts(5, unsolved=True), _noise(5, 100, unsolved=False)) == lifts
    assert first(_lifts(3, street="A") + _lifts(2, 50, street="B"), _noise(5, 100, street="A")) == lifts


def test_growth_is_against_the_mean_of_the_months_before():
    """Three months before, nine requests: three a month."""
    found = problems(_lifts(5) + [one for back in (1, 2, 3) for one in _lifts(back + 1, back * 100, month=MONTH - back)] + _lifts(50, 900, month=MONTH - 4), MONTH)
    assert (found[0].size, found[0].before, found[0].growth) == (5, 3.0, 2.0)


def test_what_few_say_is_no_problem_and_no_word():
    """Two requests are no problem; a word that fewer than three say is not shown."""
    assert problems(_lifts(2), MONTH) == []
    found = problems(_said(["电梯停运，老人困难，找赵小花", "电梯停运，老人困难", "电梯停运了，老人困难"]), MONTH)
    assert found[0].size == 3 and "赵小花" not in "".join(found[0].words)


def test_other_months_are_left_out():
    """A month without requests has no problems."""
    assert problems(_lifts(9), MONTH + 5) == [] and problems([], MONTH) == []


def test_texts_without_words_are_taken():
    """Digits, marks and emptiness make no problem and no fault."""
    assert problems(_said(["123", "", "！！", "😀" * 900, "a b c"]), MONTH) == []


def test_time_and_memory_are_bounded(monkeypatch):
    """More different texts than are compared are thinned; ten times the texts cost no more than the bound allows."""
    chance = random.Random(1)
    letters = [chr(0x4E00 + i) for i in range(3000)]
    said = _said(["".join(chance.choices(letters, k=60)) for _ in range(3000)])
    monkeypatch.setattr(topics, "TEXTS_MOST", 300)
    begin = time.process_time()
    problems(said, MONTH)
    assert time.process_time() - begin < 5
    assert len(topics._Texts(said, MONTH, 3).shapes) == 300


def test_invented_sentences_are_told_apart():
    """Of the demo year's sentences nine in ten of those found together say the same."""
    chance = random.Random(1)
    kinds = {}
    said = []
    for i in range(900):
        kind = chance.choices(range(len(demo_texts._TEXTS)), weights=[weight for weight, _ in demo_texts._TEXTS])[0]
        street = chance.choice(list(demo_texts._PLACES))
        kinds[f"N{i}"] = kind
        said.append(Said(f"N{i}", demo_texts._TEXTS[kind][1].format(place=demo_texts._PLACES[street]), "c", street, MONTH, None))
    found = problems(said, MONTH, most=1000)
    together = [Counter(kinds[number] for number in problem.numbers) for problem in found]
    assert sum(max(count.values()) for count in together) >= 0.85 * sum(problem.size for problem in found)
    assert sum(problem.size for problem in found) >= 700


def test_real_messages_bring_recurring_themes(shared_data):
    """Real messages bring themes of ten requests and more; of labelled messages found together nine in ten have one class."""
    def rows(name):
        book = openpyxl.load_workbook(shared_data / "requests" / name, read_only=True)
        found = list(book.worksheets[0].iter_rows(values_only=True))[1:]
        book.close()
        return found

    said = [Said(f"M{row[0]}", mask(f"{row[2]} {row[4]}").text, "", "", MONTH, None) for row in rows("messages-with-replies.xlsx")]
    classes = {f"L{i}": row[5] for i, row in enumerate(rows("labelled.xlsx"))}
    said += [Said(f"L{i}", mask(f"{row[2]} {row[4]}").text, "", "", MONTH, None) for i, row in enumerate(rows("labelled.xlsx"))]
    found = problems(said, MONTH, 0, most=1000)
    assert len(found) >= 80 and found[0].size >= 10
    assert sum(problem.size for problem in found) >= 0.25 * len(said)
    together = [count for problem in found if sum((count := Counter(classes[n] for n in problem.numbers if n in classes)).values()) > 1]
    assert sum(max(count.values()) for count in together) >= 0.85 * sum(sum(count.values()) for count in together)
    assert not [word for problem in found for word in problem.words if any(sign.isdigit() for sign in word)]


@pytest.mark.django_db
def test_the_page_shows_problems_of_the_month(mingzhou, client):
    """Filed requests come back as a problem on the page, with links to some of them; names are masked before."""
    cache.clear()
    for i in range(4):
        acts.file(acts.Filing(text=f"{i}栋电梯经常停运，老人上下楼困难，我叫季禾", place=acts.Place(street=f"MZ-D1-S{i % 2 + 1}")), RESIDENT)
    found = reads.topics(202603)
    assert found[0].size == 4 and found[0].streets == 2
    page = client.get("/topics/?month=202603").content.decode()
    assert found[0].numbers[0] in page and "电梯" in page and "季禾" not in page
    cache.clear()
