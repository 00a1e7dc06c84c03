"""The journey of a founder, without script: card, questions, licence in seconds, who looked, consent and withdrawal; the same at the counter.

And every page on the way: axe finds nothing, nothing scrolls sideways on a phone, targets are large enough, no foreign address.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from tests.browser.conftest import LOCALES, PHONE, ROOT, sign_in
from tests.browser.test_3_axe import axe, violations  # noqa: F401 - fixture
from tests.browser.test_4_every_page import TARGETS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CHECK = "/scenes/enterprise-registration/apply/check/"


@pytest.fixture(scope="module")
def founders(tmp_path_factory):
    """The served city of this file: address, cards, PIN."""
    if os.environ.get("MINGTANG_DATABASE_URL"):
        pytest.skip("the browser's city stands on SQLite and was visited in the first run")
    command = [sys.executable, "-W", "ignore", "-m", "tests.browser.founders", str(tmp_path_factory.mktemp("founders"))]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("{"), process.stderr.read()[-3000:]
        yield json.loads(line)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
        process.stderr.close()


@pytest.fixture
def page_for(browser, founders):
    """``page_for(language, script)``: a page with nothing remembered."""
    opened = []

    def open_page(language="en", script=False, size=PHONE):
        context = browser.new_context(
            base_url=founders["address"], locale=LOCALES[language], viewport=size, java_script_enabled=script
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()


def _open(page, founders, who, target="/my-data/"):
    page.goto(f"/my-data/sign-in/?next={target}")
    page.locator("#id_code").fill(founders["cards"][who])
    page.locator("#id_pin").fill(founders["pin"])
    page.locator("main form .button").first.click()


def _answer(page, value):
    field = page.locator("main input:not([type=hidden])").first
    if field.get_attribute("type") == "radio":
        page.locator(f"main input[value='{value}']").check()
    else:
        field.fill(value)
    page.locator("main .buttons .button").click()


def _apply(page, name, premises, code=""):
    page.goto("/scenes/enterprise-registration/apply/?anew")
    for value in (name, "software", "500000", "5", premises, code, "no"):
        _answer(page, value)


def test_from_the_card_to_the_licence_the_log_and_the_withdrawal(page_for, founders):
    """A founder without premises gets the owner's code, applies, has the licence, sees who looked; the owner sees it too and takes a second code back."""
    owner, founder = page_for(), page_for()
    _open(owner, founders, "lin")
    owner.goto("/my-data/purposes/premises-use/")
    owner.get_by_role("button", name="I agree").click()
    code = owner.locator(".card-main .code").inner_text()
    _apply(founder, "明州听雨软件有限公司", "MZB-00000001", code)
    assert "/my-data/sign-in/" in founder.url
    founder.locator("#id_code").fill(founders["cards"]["gu"])
    founder.locator("#id_pin").fill(founders["pin"])
    founder.locator("main form .button").first.click()
    assert founder.url.endswith(CHECK) and "What the registers are asked" in founder.content()
    founder.get_by_role("button", name="Confirm and send").click()
    assert "Your company is registered" in founder.locator("h1").inner_text()
    founder.get_by_role("link", name="Open the business licence").click()
    licence = founder.url
    founder.get_by_role("button", name="Put it into my wallet").click()
    assert founder.locator("main .code").inner_text().isdigit() and founder.locator("svg.qr").is_visible()
    founder.goto(licence)
    assert founder.locator("svg.qr").is_visible() and "明州听雨软件有限公司" in founder.locator("h1").inner_text()
    founder.goto("/my-data/looks/")
    assert founder.locator("main .list li").count() == 4  # population, barred, tax, insurance: the premises are somebody else's
    owner.goto("/my-data/looks/")
    assert "Letting a company use my premises" in owner.content() and "Gu" not in owner.locator("main").inner_text()
    owner.goto("/my-data/purposes/premises-use/")
    owner.get_by_role("button", name="I agree").click()
    second = owner.locator(".card-main .code").inner_text()
    owner.get_by_role("button", name="Take it back").click()
    _apply(founder, "明州望潮软件有限公司", "MZB-00000001", second)
    founder.get_by_role("button", name="Confirm and send").click()
    assert "no consent with this code" in founder.locator(".errors").inner_text()


def test_the_same_at_the_counter_without_a_card_or_telephone(page_for, founders):
    """An official acts for the person, prints the receipt in large type; the person's own card finds it in the list."""
    from mingtang.city.registers.demo_people import BY_KEY

    desk = page_for(script=True)
    sign_in(desk, "officer")
    desk.goto("/exchange/counter/")
    desk.locator("#id_number").fill(BY_KEY["lin"].number)
    desk.locator("input[value='enterprise-registration']").check()
    desk.locator("#id_seen").check()
    desk.get_by_role("button", name="Begin").click()
    for value in ("明州青石软件有限公司", "software", "300000", "3", "MZB-00000001", "", "no"):
        _answer(desk, value)
    desk.get_by_role("button", name="Confirm and send").click()
    assert "Your company is registered" in desk.locator("h1").inner_text()
    desk.goto("/exchange/counter/")
    desk.get_by_role("button", name="Leave").click()
    assert "Receipt of the counter" in desk.locator("h1").inner_text()
    assert float(desk.evaluate("parseFloat(getComputedStyle(document.querySelector('.receipt.large')).fontSize)")) >= 24
    person = page_for()
    _open(person, founders, "lin", "/my-data/looks/")
    assert "Registration of a company" in person.locator("main").inner_text()


PAGES = (
    "",
    "looks/",
    "sharing/",
    "rights/",
    "rights/correct/",
    "rights/erase/",
    "helpers/",
    "helpers/new/",
    "purposes/home-care/",
    "purposes/co-founding/",
)


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_every_page_of_ones_own_data_is_sound(page_for, founders, axe, language):  # noqa: F811
    """axe finds nothing, the phone does not scroll sideways, targets reach 44 px, all requests stay in the city."""
    page, faults = page_for(language, script=True), []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((founders["address"], "data:")) else faults.append(f"foreign {request.url}")
        ),
    )

    def look(name):
        faults.extend(f"{name} {line}" for line in violations(page, axe))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{name} scrolls sideways")
        small = page.evaluate(
            """targets => [...document.querySelectorAll(targets)].filter(one => one.offsetParent !== null
            && one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 90))""",
            TARGETS,
        )
        faults.extend(f"{name} small {one}" for one in small)

    page.goto("/my-data/sign-in/")
    look("sign-in")
    for path in ("/exchange/", "/registers/asked-twice/", "/enterprises/"):
        page.goto(path)
        look(path)
    _open(page, founders, "wen")
    for path in PAGES:
        assert page.goto(f"/my-data/{path}").status == 200
        look(path)
    page.goto("/my-data/purposes/co-founding/")
    page.locator("main form .button").click()
    look("consented")
    assert not faults, "\n".join(faults[:30])


@pytest.mark.slow
def test_the_officials_pages_are_sound(page_for, founders, axe):  # noqa: F811
    """Counter, card, desk of rights, desk of companies."""
    from mingtang.city.registers.demo_people import BY_KEY

    page, faults = page_for("zh", script=True), []
    sign_in(page, "officer")
    for path in ("/exchange/counter/", "/exchange/desk/", "/enterprises/desk/"):
        page.goto(path)
        faults.extend(f"{path} {line}" for line in violations(page, axe))
    page.goto("/exchange/counter/")
    page.locator("#id_number").fill(BY_KEY["gu"].number)
    page.locator("input[value='card']").check()
    page.locator("#id_seen").check()
    page.locator("main form .button").last.click()
    assert page.locator("svg.qr").is_visible()
    faults.extend(f"card {line}" for line in violations(page, axe))
    assert not faults, "\n".join(faults[:30])
