"""The whole way without script: file, follow, handle, confirm, open again. First of the browser tests, for it is the promise."""

from __future__ import annotations

import re

import pytest
from tests.browser.conftest import DESK, PHONE, sign_in

pytestmark = pytest.mark.browser

WORDS = {
    "zh": {
        "on": "继续",
        "back": "返回",
        "file": "提交诉求",
        "other": "我不清楚",
        "anonymous": "不用，我匿名",
        "again": "请再看一下这些地方",
        "filed": "诉求已提交",
        "map": "在地图上选",
        "reached": "可以，这样联系我",
    },
    "en": {
        "on": "Continue",
        "back": "Back",
        "file": "File the request",
        "other": "I do not know",
        "anonymous": "No, I stay unknown",
        "again": "Please look at this again",
        "filed": "Your request is filed",
        "map": "Choose on the map",
        "reached": "Yes, in this way",
    },
}


def file_request(page, language: str, text: str) -> tuple[str, str]:
    """Answer every question and file; returns the number and the secret link's path."""
    words = WORDS[language]

    def go_on() -> None:
        page.get_by_role("button", name=words["on"], exact=True).click()

    page.goto("/requests/new/")
    page.locator("textarea[name=text]").fill(text)
    go_on()
    page.get_by_label(words["other"], exact=True).first.check()
    go_on()
    page.locator("input[name=address]").fill("望潮路 8 号")
    page.locator("select[name=street]").select_option("MZ-D1-S1")
    go_on()
    go_on()  # no photo
    page.get_by_label(words["anonymous"]).check()
    go_on()
    page.get_by_role("button", name=words["file"]).click()
    assert page.get_by_role("heading", name=words["filed"]).is_visible()
    link = page.locator("#secret-link").get_attribute("href")
    return page.locator("#filed-number").inner_text(), "/" + link.split("/", 3)[3]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_resident_files_on_a_phone_without_script(visit, language):
    """A number, a secret link, two receipts and the next step with its day stand on the last page."""
    page = visit(language, PHONE, script=False)
    number, link = file_request(page, language, "望潮路路灯不亮，已经一个星期")
    assert re.fullmatch(r"MZ\d\d-[0-9A-Z]{8}", number)
    assert page.locator(".receipt a").count() >= 1
    assert re.search(r"20\d\d", page.locator("ol.steps").inner_text())
    page.goto(link)
    assert "望潮路路灯不亮" in page.content()


def test_a_mistake_is_named_at_its_field_and_nothing_typed_is_lost(visit):
    """The summary links to the field, the status is 400, what was typed is still there."""
    page = visit("en", PHONE, script=False)
    page.goto("/requests/new/")
    answered = []
    page.on("response", lambda response: answered.append(response.status) if response.request.method == "POST" else None)
    page.get_by_role("button", name="Continue").click()
    assert answered == [400]
    summary = page.locator(".errors")
    assert summary.get_by_role("link", name="Write what is wrong.").get_attribute("href") == "#id_text"
    page.locator("textarea[name=text]").fill("The lift is broken")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Something else: I choose from the list").check()
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("link", name="Choose one of the list.").is_visible()
    page.get_by_label("I do not know", exact=True).first.check()
    for _question in range(3):
        page.get_by_role("button", name="Continue").click()
    page.get_by_label("Yes, in this way").check()
    page.locator("input[name=name]").fill("Lin")
    page.locator("input[name=email]").fill("not an address")
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("link", name="This is not an e-mail address.").is_visible()
    assert page.locator("input[name=name]").input_value() == "Lin"
    assert page.locator("input[name=email]").input_value() == "not an address"


def test_a_question_cannot_be_skipped_by_its_address(visit):
    """Who opens a later question is led to the first one that is open."""
    page = visit("zh", PHONE, script=False)
    page.goto("/requests/new/check/")
    assert page.url.endswith("/requests/new/what/")


def test_an_answer_can_be_changed_before_filing(visit):
    """A change leads back to the check page, with everything else kept."""
    page = visit("en", PHONE, script=False)
    page.goto("/requests/new/")
    page.locator("textarea[name=text]").fill("Water pressure is low")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("I do not know", exact=True).first.check()
    for _question in range(3):
        page.get_by_role("button", name="Continue").click()
    page.get_by_label("No, I stay unknown").check()
    page.get_by_role("button", name="Continue").click()
    page.locator("a[href$='/place/?check=1']").click()
    page.locator("input[name=address]").fill("Behind the market")
    page.get_by_role("button", name="Save").click()
    assert page.url.endswith("/requests/new/check/")
    assert "Behind the market" in page.content() and "Water pressure is low" in page.content()


def test_the_map_chooses_a_street_without_script(visit):
    """A street on the map is a link that leads back to the question with the street chosen."""
    page = visit("zh", DESK, script=False)
    page.goto("/requests/new/")
    page.locator("textarea[name=text]").fill("路面有坑")
    page.get_by_role("button", name="继续").click()
    page.get_by_label("我不清楚", exact=True).first.check()
    page.get_by_role("button", name="继续").click()
    page.locator("summary").click()
    page.locator("[data-choose=MZ-D2-S2] polygon").click()
    assert page.locator("select[name=street]").input_value() == "MZ-D2-S2"


def test_language_and_large_print_keep_the_page(visit):
    """Both switches lead back to the page one was on."""
    page = visit("zh", DESK, script=False)
    page.goto("/requests/?state=open")
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/requests/?state=open")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Large print").click()
    assert page.url.endswith("/requests/?state=open")
    assert "simple" in page.locator("html").get_attribute("class")
    page.get_by_role("button", name="Normal size").click()
    assert page.locator("html").get_attribute("class") is None


def test_a_request_goes_its_whole_way_without_script(visit):
    """Filed, sent, taken on, answered by officials; the resident says not solved; answered again; confirmed; opened again."""
    resident, official = visit("en", PHONE, script=False), visit("en", DESK, script=False)
    number, link = file_request(resident, "en", "The bench in the park of Wangchao Street is broken")
    sign_in(official, "supervisor")
    official.goto(f"/desk/{number}/")
    if (
        official.get_by_role("link", name="Send to an office").count()
        and "Wangchao" not in official.locator("dl.summary").last.inner_text().split("Where")[0]
    ):
        official.get_by_role("link", name="Send to an office").click()
        official.locator("select[name=unit]").select_option("MZ-D1-S1")
        official.locator("textarea[name=reason]").fill("The street office keeps the park")
        official.get_by_role("button", name="Send to an office").click()
    officer = visit("en", DESK, script=False)
    sign_in(officer, "officer")
    _do(officer, number, "Take it on")
    for turn, solved in enumerate(("No", "Yes")):
        _do(officer, number, "Answer the resident", text=f"The bench was mended, part {turn + 1}.")
        resident.goto(link)
        resident.get_by_role("link", name="Say how it went").click()
        for question, answer in (
            ("Did the office speak with you?", "Yes"),
            ("Is it solved?", solved),
            ("Are you satisfied?", solved),
        ):
            resident.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
        resident.get_by_role("button", name="Send my word").click()
        assert resident.get_by_role("status").is_visible()
    resident.get_by_role("link", name="It is not solved: open it again").click()
    resident.locator("textarea[name=reason]").fill("It broke again the next day")
    resident.get_by_role("button", name="Open it again").click()
    story = resident.locator(".timeline strong").all_inner_texts()
    assert story.count("The office answered") == 2 and "Opened again by the resident" in story
    resident.goto(f"/requests/{number}/")
    assert resident.locator(".timeline > li").count() >= 8


def _do(page, number: str, action: str, **answers: str) -> None:
    """One act of an official, from the request's page to the word that it is sealed."""
    page.goto(f"/desk/{number}/")
    page.get_by_role("link", name=action, exact=True).click()
    for name, value in answers.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name=action, exact=True).click()
    assert "sealed" in page.get_by_role("status").inner_text()


def test_every_figure_of_the_rates_opens_a_list_of_that_length(visit):
    """The numbers of the first line lead to lists with as many requests."""
    page = visit("en", DESK, script=False)
    page.goto("/rates/?by=district")
    links = page.locator("tbody tr").first.locator("a")
    asked = [(links.nth(i).inner_text(), links.nth(i).get_attribute("href")) for i in range(links.count())]
    assert len(asked) >= 8
    for figure, address in asked:
        shown, here = 0, address
        while here:
            page.goto(here)
            shown += page.locator("ul.list > li").count()
            further = page.locator("a[rel=next]")
            here = "/requests/" + further.get_attribute("href") if further.count() else ""
        assert shown == int(figure), address


def test_only_the_city_sets_a_request_aside(visit, city):
    """The street's officer is not offered it; the city's supervision is, and does it with a ground, a reason and a date."""
    officer, supervisor = visit("en", DESK, script=False), visit("en", DESK, script=False)
    sign_in(officer, "officer")
    officer.goto(f"/desk/{city.numbers['supervised']}/")
    assert not officer.get_by_role("link", name="Set it aside").count()
    sign_in(supervisor, "supervisor")
    supervisor.goto(f"/desk/{city.numbers['supervised']}/")
    supervisor.get_by_role("link", name="Set it aside").click()
    supervisor.get_by_role("button", name="Set it aside").click()
    assert supervisor.locator(".errors a").count() == 2
    supervisor.locator("input[name=ground]").first.check()
    supervisor.locator("textarea[name=reason]").fill("It needs a line in next year's budget")
    supervisor.get_by_role("button", name="Set it aside").click()
    assert "sealed" in supervisor.get_by_role("status").inner_text()
    supervisor.goto("/board/parked/")
    assert city.numbers["supervised"] in supervisor.content()


def test_a_second_official_is_needed(visit, city):
    """Who proposed to hand a request on is refused when he decides on it himself, in words, above the form."""
    page = visit("en", DESK, script=False)
    sign_in(page, "head")
    page.goto(f"/desk/{city.numbers['handling']}/propose_return/")
    page.locator("input[name=ground]").first.check()
    page.locator("textarea[name=reason]").fill("The playground belongs to the district")
    page.get_by_role("button", name="Ask to hand it on").click()
    page.goto(f"/desk/{city.numbers['handling']}/approve_return/")
    page.get_by_label("Yes").check()
    page.locator("textarea[name=reason]").fill("I agree with myself")
    page.get_by_role("button", name="Decide on handing it on").click()
    assert "another official must decide" in page.locator(".errors").inner_text()
    assert page.locator("textarea[name=reason]").input_value() == "I agree with myself"


def test_an_official_without_a_part_sees_no_personal_data(visit, city):
    """An officer of another agency is refused the desk page of a request that is none of his."""
    page = visit("en", DESK, script=False)
    sign_in(page, "water")
    answer = page.goto(f"/desk/{city.numbers['extended']}/")
    assert answer.status == 403


def test_a_photo_is_sent_stripped_and_shown_to_those_who_may(visit, tmp_path):
    """The upload needs no script; place and camera are gone from what is kept; the resident sees it, the public does not."""
    import io

    from PIL import Image

    picture = Image.new("RGB", (400, 300), "#446688")
    words = Image.Exif()
    words[0x010F] = "A camera that tells"
    path = tmp_path / "lamp.jpg"
    picture.save(path, "JPEG", exif=words)
    page = visit("en", PHONE, script=False)
    page.goto("/requests/new/")
    page.locator("textarea[name=text]").fill("The lamp post leans over the path")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("I do not know", exact=True).first.check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    page.locator("input[type=file]").set_input_files(str(path))
    page.get_by_role("button", name="Add it, and one more").click()
    assert "400 × 300" in page.locator("ul.list").inner_text()
    page.locator("input[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"})
    page.get_by_role("button", name="Continue").click()
    assert "cannot be taken" in page.locator(".errors").inner_text()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("No, I stay unknown").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="File the request").click()
    number = page.locator("#filed-number").inner_text()
    page.locator("#secret-link").click()
    source = page.locator("ul.photos img").get_attribute("src")
    kept = page.request.get(source)
    assert kept.status == 200
    assert not Image.open(io.BytesIO(kept.body())).getexif()
    digest = source.rstrip("/").rsplit("/", 1)[1]
    assert page.request.get(f"/requests/{number}/photos/{digest}/").status == 404
    assert page.request.get(f"/requests/{number}/mine/{'x' * 24}/photos/{digest}/").status == 403
