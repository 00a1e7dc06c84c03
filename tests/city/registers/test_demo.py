"""The demo city has its registers, its declarations in force and a public card for each of its people."""

from django.test import Client

from mingtang.city.registers import demo as registers
from mingtang.platform.exchange import demo, reads
from mingtang.site.operations import prepare


def test_the_demo_gives_every_person_a_card(db, clock, settings, tmp_path):
    """The sign-in page shows each story with a card that opens; made twice, the registers stay."""
    settings.DATA = tmp_path
    told = []
    prepare._make_registers(told.append)
    before = (tmp_path / "registers" / "tax.sqlite3").stat().st_mtime_ns
    registers.make()
    assert (tmp_path / "registers" / "tax.sqlite3").stat().st_mtime_ns == before and told
    assert {spec.code for spec in reads.purposes()} >= {"enterprise-registration", "family-doctor", "own-copy"}
    page = Client(headers={"accept-language": "zh-hans"}).get("/my-data/sign-in/").content.decode()
    cards = demo.cards("zh-hans")
    assert len(cards) == 6 and all(card["story"] in page for card in cards)
    client = Client()
    assert client.post("/my-data/sign-in/", {"code": cards[0]["code"], "pin": cards[0]["pin"]}).status_code == 302
    copied = client.post("/my-data/rights/copy/").json()["registers"]
    assert copied["population"]["name"] == "林亦舟" and copied["tax"]["standing"] == "clear"
