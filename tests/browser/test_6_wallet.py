"""The journey of a wallet in the browser: take a senior card with the paper card, show one yes, be refused once it is suspended, lose the PIN.

At each step: axe finds nothing, nothing scrolls sideways on a phone, no address but the city's is called, and no fault stands in the console.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from tests.browser.conftest import LOCALES, PHONE, ROOT
from tests.browser.test_3_axe import axe, violations  # noqa: F401 - fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

BUILT = ROOT / "src" / "mingtang" / "site" / "static" / "built" / "wallet.js"
PIN = "kan-chao-88"
WORDS = {
    "en": {
        "make": "Make my wallet",
        "open": "Open the wallet",
        "take": "Take it",
        "show": "Show",
        "done": "It is in your wallet.",
        "shown": "Shown, and checked",
        "on": "Back to the service",
        "see": "See the answer",
        "yes": "yes",
        "card": "Senior card",
        "begin": "Free rides for seniors",
        "wrong": "not the PIN",
        "mine": "Open my wallet in this browser",
        "put": "Take it into my wallet Senior card",
        "suspend": "suspended",
    },
    "zh": {
        "make": "建立我的钱包",
        "open": "打开钱包",
        "take": "领取",
        "show": "出示",
        "done": "已放进您的钱包。",
        "shown": "已出示",
        "on": "回到服务页面",
        "see": "查看结果",
        "yes": "是",
        "card": "老年人优待证",
        "begin": "老年人免费乘车",
        "wrong": "口令不对",
        "mine": "在本浏览器打开我的钱包",
        "put": "领到我的钱包 老年人优待证",
        "suspend": "暂时停用",
    },
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The served city of this file."""
    if os.environ.get("MINGTANG_DATABASE_URL"):
        pytest.skip("the browser's city stands on SQLite and was visited in the first run")
    if not BUILT.exists():
        pytest.skip("the browser's part is not built: script/environment test builds it")
    command = [sys.executable, "-W", "ignore", "-m", "tests.browser.wallets", str(tmp_path_factory.mktemp("wallets"))]
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
def person(browser, served):
    """``person(language, script)``: a page of a browser with nothing remembered; foreign addresses and faults are kept in its ``faults``."""
    opened, faults = [], []

    def open_page(language, script=True):
        context = browser.new_context(
            base_url=served["address"], locale=LOCALES[language], viewport=PHONE, java_script_enabled=script
        )
        context.set_default_timeout(15_000)
        context.on(
            "request", lambda request: request.url.startswith((served["address"], "data:", "blob:")) or faults.append(request.url)
        )
        context.on("weberror", lambda error: faults.append(str(error.error)))
        opened.append(context)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()
    assert not faults


def _enter(page, served, who, target):
    page.goto(f"/my-data/sign-in/?next={target}")
    page.locator("#id_code").fill(served["cards"][who])
    page.locator("#id_pin").fill(served["pin"])
    page.locator("main form .button").first.click()


def _right(page, axe):  # noqa: F811
    assert not violations(page, axe)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _take(page, served, say, axe):  # noqa: F811
    _enter(page, served, "wen", "/licences/")
    page.goto("/licences/")
    _right(page, axe)
    page.get_by_role("button", name=say["put"]).click()
    digits = page.locator("#tx-code").inner_text()
    _right(page, axe)
    with page.context.expect_page() as opening:
        page.get_by_role("link", name=say["mine"]).click()
    wallet = opening.value
    wallet.locator("#pin").fill(PIN)
    _right(wallet, axe)
    wallet.locator("#pin-again").fill(PIN)
    wallet.get_by_role("button", name=say["make"]).click()
    wallet.locator("#digits").fill(digits)
    _right(wallet, axe)
    wallet.get_by_role("button", name=say["take"], exact=True).click()
    wallet.get_by_text(say["done"]).wait_for()
    return wallet


def _ask(page, say):
    page.goto("/showings/")
    page.get_by_role("button", name=say["begin"]).click()
    page.get_by_role("link", name=say["mine"]).click()


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_from_the_paper_card_to_one_yes(person, served, axe, language):  # noqa: F811
    """Taken with card and six digits; shown after reading why; the service sees one yes; the wallet remembers where; a suspended card is refused in words."""
    say = WORDS[language]
    page = person(language)
    wallet = _take(page, served, say, axe)
    wallet.locator("#wallet summary").first.click()
    assert say["card"] in wallet.locator("#wallet h3").inner_text() and "温伯年" in wallet.locator("#wallet dl").inner_text()
    _right(wallet, axe)
    _ask(wallet, say)
    wallet.locator("#pin").fill("another pin")
    wallet.get_by_role("button", name=say["open"]).click()
    wallet.get_by_text(say["wrong"]).wait_for()
    wallet.locator("#pin").fill(PIN)
    wallet.get_by_role("button", name=say["open"]).click()
    wallet.locator("input[name=card]").wait_for()
    assert "65" in wallet.locator("#wallet fieldset li").inner_text() and "温伯年" not in wallet.locator("#wallet").inner_text()
    _right(wallet, axe)
    wallet.get_by_role("button", name=say["show"], exact=True).click()
    wallet.get_by_text(say["shown"]).first.wait_for()
    wallet.get_by_role("link", name=say["on"]).click()
    wallet.get_by_role("button", name=say["see"]).click()
    _right(wallet, axe)
    assert [one.inner_text() for one in wallet.locator("main dd").all()] == [say["yes"]]
    page.goto("/licences/")
    page.locator("form[action$='/suspend/'] button").first.click()
    _right(page, axe)
    _ask(wallet, say)
    wallet.locator("#pin").fill(PIN)
    wallet.get_by_role("button", name=say["open"]).click()
    wallet.get_by_role("button", name=say["show"], exact=True).click()
    wallet.get_by_role("alert").get_by_text(say["suspend"]).wait_for()
    _right(wallet, axe)


def test_keys_cannot_leave_and_what_is_kept_is_closed(person, served, axe):  # noqa: F811
    """In IndexedDB every private key refuses export, and neither name nor credential stands there in the open."""
    wallet = _take(person("en"), served, WORDS["en"], axe)
    seen = wallet.evaluate("""async () => {
        const open = indexedDB.open('mingtang-wallet');
        const db = await new Promise(done => { open.onsuccess = () => done(open.result) });
        const all = name => new Promise(done => { const r = db.transaction(name).objectStore(name).getAll(); r.onsuccess = () => done(r.result) });
        const keys = await all('keys'), vault = await all('vault');
        const exported = await Promise.allSettled(keys.map(key => crypto.subtle.exportKey('jwk', key)));
        const text = vault.map(one => [...Object.values(one)].map(part => new TextDecoder('latin1').decode(new Uint8Array(part.buffer ?? part))).join('')).join('');
        return {keys: keys.length, refused: exported.filter(one => one.status === 'rejected').length, text};
    }""")
    assert seen["keys"] == seen["refused"] == 5
    assert "eyJ" not in seen["text"] and "elder-card" not in seen["text"] and "温".encode().decode("latin-1") not in seen["text"]


def test_without_script_the_page_offers_paper_and_counter(person, axe):  # noqa: F811
    """The page says what needs script and what to do without it."""
    page = person("en", script=False)
    page.goto("/wallet/")
    assert "needs script" in page.locator("main").inner_text() and "paper card" in page.locator("main").inner_text()
