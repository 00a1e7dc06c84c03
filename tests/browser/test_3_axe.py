"""axe finds nothing on any page, in both languages, on a phone and on a desk; the engine comes from the package axe-playwright-python."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from tests.browser.conftest import DESK, PHONE
from tests.browser.pages import pages

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("axe-playwright-python is not installed: see requirements/dev.in")
    return (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


def violations(page, axe: str) -> list[str]:
    """What axe says of the page as it stands, one line a place."""
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'][:160]}" for rule in found["violations"] for node in rule["nodes"]
    ]


# Both languages and both sizes each time; the other two pairings with script/test --all.
@pytest.mark.parametrize(
    ("language", "size"),
    [
        pytest.param("zh", PHONE, id="zh-phone"),
        pytest.param("en", DESK, id="en-desk"),
        pytest.param("en", PHONE, id="en-phone", marks=pytest.mark.slow),
        pytest.param("zh", DESK, id="zh-desk", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing(visit, signed_in, city, axe, language, size):
    """Every page of the list has zero violations."""
    faults = []
    by_official = {}
    for name, path, who in pages(city):
        if who not in by_official:
            by_official[who] = visit(language, size, storage=signed_in(who) if who else None)
        page = by_official[who]
        page.goto(path)
        faults += [f"{name} {line}" for line in violations(page, axe)]
    assert not faults, "\n".join(faults[:40])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_while_filing(visit, axe, language):
    """Every question, a failed one too, the check page and the last page have zero violations, also in large print."""
    page = visit(language, PHONE, simple=language == "zh")
    faults = []

    def check(name: str) -> None:
        faults.extend(f"{name} {line}" for line in violations(page, axe))

    def send(following: str) -> None:
        page.locator("main .buttons button[type=submit]").first.click()
        page.wait_for_url(f"**/{following}/")

    page.goto("/requests/new/what/")
    page.locator("main button[type=submit]").click()
    page.wait_for_selector(".errors")
    check("what, failed")
    page.locator("textarea[name=text]").fill("停水三天了，楼道漏电")
    send("category")
    check("category")
    page.locator("input[name=choice]").last.check()
    send("place")
    page.locator("summary").click()
    check("place with its map")
    send("photo")
    check("photo")
    send("contact")
    check("contact")
    page.locator("input[name=who]").first.check()
    send("check")
    check("check")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/requests/filed/")
    check("filed")
    page.locator(".receipt a").first.click()
    check("receipt")
    assert not faults, "\n".join(faults)
