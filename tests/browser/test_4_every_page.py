"""What holds on every page: no foreign address, nothing refused by the security policy, no sideways scrolling, targets large enough."""

from __future__ import annotations

import pytest
from tests.browser.conftest import DESK, PHONE
from tests.browser.pages import pages

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# Targets that stand in a line of text are exempt (WCAG 2.2, 2.5.8); these here never do.
TARGETS = ".button, .tool, .input, .choice, .nav a, .tabs a, .foot a, summary, .brand"


@pytest.fixture
def tour(visit, signed_in, city):
    """Go through every page: ``tour(language, size, ...)`` yields name and page."""

    def go(language="zh", size=DESK, watch=None, **more):
        opened = {}
        for name, path, who in pages(city):
            if who not in opened:
                opened[who] = visit(language, size, storage=signed_in(who) if who else None, **more)
                if watch:
                    watch(opened[who])
            answer = opened[who].goto(path)
            yield name, opened[who], answer

    return go


def test_no_page_asks_anyone_else_and_none_breaks_the_policy(tour, city):
    """All requests go to the city itself; the console says nothing about refused styles or scripts; no page answers 5xx."""
    foreign, said = [], []

    def watch(page) -> None:
        page.on(
            "request",
            lambda request: foreign.append(request.url) if not request.url.startswith((city.address, "data:", "blob:")) else None,
        )
        page.on(
            "console",
            lambda message: said.append(message.text) if message.type == "error" and "status of 4" not in message.text else None,
        )
        page.on("pageerror", lambda fault: said.append(str(fault)))

    expected = {"missing": 404, "nowhere": 404}
    wrong = [(name, answer.status) for name, _page, answer in tour(watch=watch) if answer.status != expected.get(name, 200)]
    assert not wrong
    assert not foreign
    assert not said


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 390), ("en", 320)])
def test_no_page_scrolls_sideways_on_a_phone(tour, language, width):
    """Tables and drawings scroll by themselves; the page does not."""
    wide = [
        name
        for name, page, _answer in tour(language, {"width": width, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    ]
    assert not wide


@pytest.mark.parametrize(("simple", "least"), [(False, 44), (True, 60)], ids=["normal", "large print"])
def test_targets_are_large_enough(tour, simple, least):
    """Buttons, fields, choices and the links of navigation reach 44 px, 60 px in large print."""
    small = []
    for name, page, _answer in tour("zh", PHONE, simple=simple):
        found = page.evaluate(
            """([targets, least]) => [...document.querySelectorAll(targets)]
            .filter(one => one.offsetParent !== null && one.getBoundingClientRect().height < least - 0.5)
            .map(one => one.outerHTML.slice(0, 90) + " " + one.getBoundingClientRect().height)""",
            [TARGETS, least],
        )
        small += [f"{name}: {one}" for one in found]
    assert not small, "\n".join(small[:20])


def test_body_text_is_eighteen_pixels_or_more(visit):
    """The page's letters are 18 px, 24 px in large print."""
    page = visit("zh", PHONE)
    page.goto("/")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
    page = visit("zh", PHONE, simple=True)
    page.goto("/")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24


def test_the_english_pages_hold_no_chinese_but_names_and_words_of_residents(tour):
    """On English pages the fixed texts are English: headings, buttons, labels, navigation."""
    left = []
    for name, page, _answer in tour("en"):
        texts = page.locator("h1, h2, .button, label, legend, .nav a, .foot a, th:not(:has([lang^=zh])), .tabs a, .lead").all_inner_texts()
        left += [
            f"{name}: {text}"
            for text in texts
            if any("\u4e00" <= letter <= "\u9fff" for letter in text.split("\n")[0])
            and name not in ("list", "search", "desk")
            and not name.startswith("board-")
        ]
    assert not left, "\n".join(left[:20])


def test_script_only_adds(visit):
    """With script the characters are counted and the map fills the list of streets in place."""
    page = visit("en", DESK)
    page.goto("/requests/new/what/")
    page.locator("textarea").fill("The bin is full")
    assert page.locator("#text-count").inner_text() == "4985 characters left"
    page.locator("main button[type=submit]").click()
    page.locator("input[name=choice]").last.check()
    page.locator("main .buttons button").first.click()
    page.locator("input[name=address]").fill("At the bridge")
    page.locator("summary").click()
    page.locator("[data-choose=MZ-D2-S2] polygon").click()
    assert page.locator("select[name=street]").input_value() == "MZ-D2-S2"
    assert page.locator("input[name=address]").input_value() == "At the bridge"


def test_a_receipt_page_prints_without_navigation(visit, city):
    """In print the navigation, the switches and the buttons are gone, the number stays."""
    page = visit("zh", DESK)
    page.goto(f"/requests/{city.numbers['replied']}/")
    page.emulate_media(media="print")
    assert not page.locator("nav.nav").is_visible()
    assert not page.locator(".tools").is_visible()
    assert page.locator("h1").is_visible()
