"""The pages and the API of a scene: complete without script, one question a page, nothing typed is lost."""

import re

import pytest

pytestmark = pytest.mark.django_db
APPLY = "/scenes/old-age-allowance/apply/"
ANSWERS = [
    ("birth-date", {"birth-date-year": "1935", "birth-date-month": "5", "birth-date-day": "5"}),
    ("registered", {"registered": "yes"}),
    ("hardship", {"hardship": "dibao"}),
    ("severely-disabled", {"severely-disabled": "yes"}),
    ("disability", {"disability": "none"}),
    ("other-benefits", {}),
]
STATED = {
    "birth date": "1935-05-05",
    "registered here": True,
    "hardship": "dibao",
    "severely disabled": True,
    "disability": "none",
    "other benefits": [],
}


def _text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_catalogue_finds_by_words_and_type(published, person):
    """Search looks at titles, summaries and further words in both languages; the type narrows."""
    assert "Allowances for older people" in _text(person.get("/scenes/"))
    assert "Allowances for older people" in _text(person.get("/scenes/?q=失能"))
    assert "Allowances for older people" not in _text(person.get("/scenes/?q=fishing+licence"))
    assert "Allowances for older people" not in _text(person.get("/scenes/?type=urban-living"))
    assert person.get("/scenes/?q=%00%22%3Cscript%3E&type=%27").status_code == 200


def test_the_scene_says_whom_what_and_by_which_law(published, person):
    """The page of the scene has the guide, what is asked and why, the law with its link, and the way in."""
    response = person.get("/scenes/old-age-allowance/")
    text = _text(response)
    for words in ("Who can draw them", "What we ask, and why", "京民养老发〔2019〕160号", "Start now"):
        assert words in text
    assert "https://www.beijing.gov.cn/zhengce/zhengcefagui/201910/t20191028_454233.html" in response.content.decode()


def test_chinese_is_complete(published, client):
    """In Chinese no English sentence of the page is left."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    for path in ("/scenes/", "/scenes/old-age-allowance/", "/scenes/old-age-allowance/contract/", APPLY + "birth-date/"):
        text = _text(client.get(path))
        for words in ("Services", "Start now", "What we ask", "Worked examples", "Continue", "in force since", "Hit policy"):
            assert words not in text, (path, words)


def _apply(person):
    response = person.get(APPLY)
    for ident, fields in ANSWERS:
        assert response.url == f"{APPLY}{ident}/"
        assert person.get(response.url).status_code == 200
        response = person.post(response.url, fields)
        assert response.status_code == 302
    return response


def test_a_person_applies_and_gets_a_decision_with_reasons(published, person):
    """Question by question, check, send: the decision shows outcome, rules, facts, law, appeal and receipt."""
    assert _apply(person).url == APPLY + "check/"
    page = _text(person.get(APPLY + "check/"))
    assert "May 5, 1935" in page and "On minimum living allowance" in page
    sent = person.post(APPLY + "check/")
    assert sent.status_code == 302
    page = _text(person.get(sent.url))
    for words in (
        "you can draw 1,400 yuan a month",
        "From ninety to ninety-nine: 500 yuan a month",
        "rules nearly applied",
        "You yourself",
        "Part 2 (3) 2",
        "sixty days",
        "Open the receipt",
        "sha256:",
    ):
        assert words in page, words
    assert person.get(APPLY).url == f"{APPLY}birth-date/"  # nothing typed stays in the session


def test_a_faulty_answer_is_told_and_kept(published, person):
    """The error summary links to the field, what was typed is still there, and nothing moves on."""
    response = person.post(APPLY + "birth-date/", {"birth-date-year": "1946", "birth-date-month": "13", "birth-date-day": "1"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#birth-date-year"' in page and 'id="birth-date-year"' in page and 'value="13"' in page
    assert person.get(APPLY).url == f"{APPLY}birth-date/"


def test_questions_appear_with_the_answer_that_needs_them(published, person):
    """The level of disability is asked only of someone with a card; changing the answer back takes it away again."""
    _apply(person)
    changed = person.post(APPLY + "disability/", {"disability": "limb", "back": "check"})
    assert changed.url == f"{APPLY}disability-level/"
    assert person.post(changed.url, {"disability-level": "1", "back": "check"}).url == f"{APPLY}multiple/"
    assert person.post(f"{APPLY}multiple/", {"multiple": "no", "back": "check"}).url == f"{APPLY}check/"
    assert "Level one" in _text(person.get(APPLY + "check/"))
    person.post(APPLY + "disability/", {"disability": "none", "back": "check"})
    assert "Level one" not in _text(person.get(APPLY + "check/"))
    assert person.get(f"{APPLY}disability-level/").status_code == 302


def test_nobody_sends_before_all_is_answered(published, person):
    """Check and send lead back to the first open question."""
    assert person.post(APPLY + "check/").url == f"{APPLY}birth-date/"
    assert person.get(APPLY + "nothing/").status_code == 404


def test_a_decision_needs_its_whole_address(published, person):
    """With a wrong secret the page is not found."""
    _apply(person)
    url = person.post(APPLY + "check/").url
    assert person.get(url[:-3] + "xx/").status_code == 404


def test_the_contract_page_shows_every_rule_and_file(published, person):
    """All tables, worked examples, files with hashes; a file comes back byte for byte and never as a page."""
    response = person.get("/scenes/old-age-allowance/contract/")
    text = _text(response)
    assert "[80..90)" in text and published.hash in text and "On the eightieth birthday" in text
    link = re.search(r'href="(/scenes/packs/[^"]+/rules\.dmn)"', response.content.decode()).group(1)
    fetched = person.get(link)
    from mingtang.platform.scenes import reads

    assert fetched.content == reads.pack("old-age-allowance").content("rules.dmn")
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert person.get(link.replace("rules.dmn", "..%2Fsettings.py")).status_code == 404


def test_the_api_states_the_form_and_tries_without_effect(published, person):
    """A program sees questions and facts, and may try a decision; nothing is kept."""
    from mingtang.platform.scenes.models import Decision

    one = person.get("/scenes/api/scenes/old-age-allowance").json()
    assert one["hash"] == published.hash and one["questions"][0]["fact"] == "birth date"
    tried = person.post(
        "/scenes/api/scenes/old-age-allowance/try", {"facts": STATED, "on": "2026-03-01"}, content_type="application/json"
    )
    assert tried.status_code == 200, tried.content
    assert tried.json()["value"]["total"] == 1400
    assert not Decision.objects.exists()


def test_the_api_decides_and_gives_the_decision_back(published, person):
    """A decision made through the API opens with its id and secret and has a receipt."""
    made = person.post("/scenes/api/scenes/old-age-allowance/decisions", {"facts": STATED}, content_type="application/json")
    assert made.status_code == 201, made.content
    body = made.json()
    again = person.get(f"/scenes/api/decisions/{body['id']}/{body['secret']}").json()
    assert again["decision"] == body["decision"]


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({**STATED, "birth date": "1935-13-05"}, "birth date"),
        ({**STATED, "hardship": "rich"}, "hardship"),
        ({**STATED, "sex": "f"}, "sex"),
        ({k: v for k, v in STATED.items() if k != "hardship"}, "hardship"),
        ({**STATED, "registered here": "maybe"}, "registered here"),
        ({**STATED, "other benefits": [{"a": 1}]}, "other benefits"),
        ({**STATED, "birth date": {"a": []}}, "birth date"),
        ({**STATED, "birth date": [1, 2]}, "birth date"),
    ],
)
def test_the_api_refuses_facts_by_name(published, person, facts, path):
    """A missing, unknown or impossible fact is refused with its name."""
    answer = person.post(
        "/scenes/api/scenes/old-age-allowance/try", {"facts": facts, "on": "2026-03-01"}, content_type="application/json"
    )
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"]["path"] == path


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"facts": 3}', '{"facts": {}, "on": "soon"}', '{"facts": {"birth date": "\\u0000"}}', "null"]
)
def test_hostile_bodies_are_refused_not_failed(published, person, body):
    """No body gives a fault of the server."""
    answer = person.post("/scenes/api/scenes/old-age-allowance/try", body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert set(answer.json()) <= {"error", "detail"}


def test_the_api_describes_itself(person):
    """The description lists every operation with its full path."""
    described = person.get("/scenes/api/openapi.json").json()
    assert "/scenes/api/scenes/{name}/try" in described["paths"]
    assert len(described["paths"]) == 6
