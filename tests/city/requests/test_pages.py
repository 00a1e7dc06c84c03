"""The pages' own parts: charts, map, words of limits, the draft in the session, photos, and hostile addresses."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils.translation import override
from PIL import Image

from mingtang.city.requests import charts, citymap, draft, hotline, photos, words
from mingtang.kernel import FixedClock, RefusedInput, use_clock

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def test_a_bar_chart_is_sound_xml_and_escapes_its_names():
    """A name with angle brackets cannot break out of the drawing."""
    drawn = charts.bars([charts.Bar('<b>"x"', 0.5, 0.4, 0.6), charts.Bar("none", None)], "A & B")
    root = ElementTree.fromstring(drawn)
    assert root.attrib["aria-label"] == "A & B"
    assert any(text.text == '<b>"x"' for text in root.iter("text"))


def test_the_length_of_a_bar_is_its_value():
    """Half is half as long as the whole."""
    root = ElementTree.fromstring(charts.bars([charts.Bar("a", 0.5), charts.Bar("b", 1.0)], "t"))
    half, whole = (float(bar.attrib["width"]) for bar in root.iter("rect"))
    assert whole == pytest.approx(2 * half, abs=0.2)


def test_a_line_is_broken_where_a_month_has_no_value():
    """Two stretches, two pens down."""
    root = ElementTree.fromstring(charts.lines(["1", "2", "3", "4"], [charts.Series("a", (0.1, None, 0.3, 0.4))], "t"))
    assert next(root.iter("path")).attrib["d"].count("M") == 2


def test_the_map_has_every_street_as_a_link(mingzhou):
    """Each street office of the pack can be chosen; the chosen one is marked."""
    drawn = citymap.svg(hotline.pack(), "en", link=lambda code: f"?street={code}", title="Map", chosen="MZ-D1-S2")
    links = list(ElementTree.fromstring(drawn).iter("a"))
    assert len(links) == 24
    assert [link.attrib["href"] for link in links if link.attrib.get("class") == "chosen"] == ["?street=MZ-D1-S2"]


@pytest.mark.parametrize(
    ("hours", "text", "kind"),
    [
        (72, "3 days left", ""),
        (30, "30 hours left", ""),
        (5, "5 hours left", "wait"),
        (-2, "2 hours late", "ask"),
        (-49, "2 days late", "ask"),
        (1, "1 hour left", "wait"),
        (-25, "1 day late", "ask"),
    ],
)
def test_how_near_a_limit_is(hours, text, kind):
    """Days from two days on, hours below, late in red words."""
    with override("en"):
        assert words.due_words(NOON + timedelta(hours=hours), NOON) == (text, kind)


def test_a_draft_is_forgotten_after_a_day():
    """The next day the questions begin anew."""
    session: dict = {}
    with use_clock(FixedClock(NOON)):
        kept = draft.Draft(text="The lamp is dark")
        draft.keep(session, kept, "what")
        assert draft.load(session).text == "The lamp is dark"
        assert draft.load(session).missing() == "category"
    with use_clock(FixedClock(NOON + timedelta(hours=25))):
        assert draft.load(session) == draft.Draft()


def test_filing_empties_the_draft_and_the_last_page_stays_an_hour():
    """Nothing personal is left in the session; the number goes after an hour."""
    session: dict = {}
    with use_clock(FixedClock(NOON)):
        draft.keep(session, draft.Draft(text="x"), "what")
        draft.done(session, {"number": "MZ26-AAAAAAAA"})
        assert draft.load(session) == draft.Draft()
        assert draft.last(session)["number"] == "MZ26-AAAAAAAA"
    with use_clock(FixedClock(NOON + timedelta(minutes=61))):
        assert draft.last(session) is None


def _picture(kind: str = "JPEG", size: tuple = (60, 40), **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **more)
    return out.getvalue()


def test_a_photo_keeps_its_pixels_and_nothing_else(settings, tmp_path):
    """Place, camera and what hangs behind the picture are gone; the same picture is kept once."""
    settings.MEDIA_ROOT = tmp_path
    words_behind = Image.Exif()
    words_behind[0x010F] = "camera"
    stored = photos.store(_picture(exif=words_behind) + b"hidden behind the end")
    kept = photos.content(stored.sha256)
    assert b"hidden" not in kept and b"camera" not in kept
    assert photos.store(_picture(exif=words_behind)).sha256 == stored.sha256
    assert (stored.width, stored.height) == (60, 40)


@pytest.mark.parametrize("name", ["empty", "text", "cut", "gif", "svg", "huge", "bomb"])
def test_what_is_no_photo_is_refused(settings, tmp_path, name):
    """Each is refused as input, with a reason and nothing written."""
    settings.MEDIA_ROOT = tmp_path
    data = {
        "empty": b"",
        "text": b"not a picture",
        "cut": _picture(size=(900, 900))[:400],
        "gif": _picture("GIF"),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "huge": b"\xff" * (photos.BYTES_MOST + 1),
        "bomb": _picture("PNG", (9000, 9000)),
    }[name]
    with pytest.raises(RefusedInput):
        photos.store(data)
    assert not list(tmp_path.rglob("*.jpg"))


@pytest.mark.parametrize(
    "address",
    [
        "/requests/?cursor=x",
        "/requests/?cursor=9~9~9",
        "/requests/?month=999999&state=open",
        "/requests/?state=%00",
        "/requests/?figure='--",
        "/requests/?q=%00%ff",
        "/requests/?category=nothing&street=nowhere&unit=" + "x" * 500,
        "/rates/?since=000000&until=999999",
        "/rates/?by=%3Cscript%3E&rate=x",
        "/topics/?month=209913",
        "/requests/find?number=%EF%BC%AD%EF%BC%BA26",
        "/requests/find?number=" + "A" * 5000,
        "/requests/new/place/?street=%00",
        "/requests/MZ26-00000000/mine/" + "a" * 24 + "/",
        "/requests/MZ26-00000000/photos/" + "0" * 64 + "/",
        "/desk/?cursor=x",
        "/board/nothing/",
        "/desk/MZ26-00000000/drop_table/",
    ],
)
@pytest.mark.django_db
def test_a_hostile_address_is_answered_never_with_a_fault_of_ours(mingzhou, client, address):
    """Whatever the query says, the answer is below 500."""
    assert client.get(address).status_code < 500


def test_a_number_is_found_however_it_is_typed(mingzhou, water, client):
    """Small letters, spaces and no hyphen lead to the same page."""
    loose = water.number.lower().replace("-", " ")
    answer = client.get("/requests/find", {"number": f" {loose} "})
    assert answer["Location"] == f"/requests/{water.number}/"
    assert client.get(answer["Location"]).status_code == 200


def test_the_public_page_hides_what_the_secret_page_shows(mingzhou, water, client):
    """Words as written stand only behind the secret; a wrong secret is refused."""
    assert client.get(f"/requests/{water.number}/mine/{water.secret}/").status_code == 200
    assert client.get(f"/requests/{water.number}/mine/{'x' * 24}/").status_code == 403
    private = client.get(f"/requests/{water.number}/mine/{water.secret}/")
    assert private["Cache-Control"] == "no-store" and private["X-Robots-Tag"] == "noindex"


def test_the_open_file_has_one_row_a_request_and_no_number(mingzhou, water, client):
    """The CSV streams pseudonyms, never a request's number or words."""
    text = b"".join(client.get("/rates/data/rates.csv").streaming_content).decode()
    assert len(text.strip().splitlines()) == 2
    assert water.number not in text and "停水" not in text


@pytest.mark.django_db(transaction=True)
def test_the_open_file_is_sent_piece_by_piece_under_asgi_too(async_client):
    """Under ASGI the rows come through an asynchronous iterator, not as one block in memory."""
    import asyncio

    async def fetch() -> tuple[bool, bytes]:
        answer = await async_client.get("/rates/data/rates.csv")
        return answer.is_async, b"".join([part async for part in answer.streaming_content])

    is_async, text = asyncio.run(fetch())
    assert is_async
    assert text.startswith(b"pseudonym,month")
