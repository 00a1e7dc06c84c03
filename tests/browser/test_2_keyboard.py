"""Everything can be reached and done with the keyboard alone, and one always sees where one is."""

from __future__ import annotations

import pytest
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement"


def test_the_first_tab_skips_to_the_content(visit):
    """Tab and Enter on a fresh page put the focus on the content."""
    page = visit("en", DESK)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.textContent") == "Skip to the content"
    assert page.evaluate(f"{FOCUSED}.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.getElementById('main').contains({FOCUSED})")


def _tab_to(page, selector: str, most: int = 80) -> None:
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_a_request_is_filed_by_keyboard_alone(visit):
    """From the first page to the number without touching a mouse."""
    page = visit("en", PHONE)
    page.goto("/")
    _tab_to(page, "a[href='/requests/new/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/what/")
    _tab_to(page, "textarea[name=text]")
    page.keyboard.type("The lamp at the bridge is dark")
    _send(page, "category")
    _tab_to(page, "input[name=choice]")
    page.keyboard.press("ArrowUp")  # round to the last: I do not know
    _send(page, "place")
    _tab_to(page, "input[name=address]")
    page.keyboard.type("At the bridge")
    _send(page, "photo")
    _send(page, "contact")
    _tab_to(page, "input[name=who]")
    page.keyboard.press("Space")
    _send(page, "check")
    _tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/requests/filed/")
    assert page.locator("#filed-number").is_visible()


def _send(page, following: str) -> None:
    _tab_to(page, "main .buttons button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{following}/")


def test_after_a_mistake_the_summary_has_the_focus(visit):
    """The summary is read first; Tab and Enter from there lead into the field."""
    page = visit("en", DESK)
    page.goto("/requests/new/what/")
    page.locator("main button[type=submit]").press("Enter")
    page.wait_for_selector(".errors")
    assert page.evaluate(f"{FOCUSED}.className") == "errors"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.name") == "text"


@pytest.mark.parametrize(
    ("path", "who"),
    [("/", ""), ("/requests/", ""), ("/rates/", ""), ("/design", ""), ("/desk/", "officer"), ("/board/", "supervisor")],
)
def test_the_focus_is_always_visible(visit, signed_in, path, who):
    """Each stop of the Tab key has an outline of two pixels or more, or its choice has."""
    page = visit("en", DESK, storage=signed_in(who) if who else None)
    page.goto(path)
    stops = 0
    for _press in range(60):
        page.keyboard.press("Tab")
        seen = page.evaluate("""() => {
            const here = document.activeElement;
            if (here === document.body) return null;
            const outlined = (one) => one && parseFloat(getComputedStyle(one).outlineWidth) >= 2 && getComputedStyle(one).outlineStyle !== "none";
            return outlined(here) || outlined(here.closest(".choice")) || here.closest("svg") !== null ? true : here.outerHTML.slice(0, 120);
        }""")
        if seen is None:
            break
        assert seen is True
        stops += 1
    assert stops > 8
