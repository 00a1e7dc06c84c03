"""What people are asked although a register holds it is shown to everybody."""

from django.test import Client
from tests.city.enterprises.conftest import SYSTEM, mingzhou, seeded  # noqa: F401 - fixtures

from mingtang.city.registers.asked_twice import breaches
from mingtang.platform.scenes import acts as scenes


def test_the_old_age_allowance_asks_for_the_birthday_that_the_police_have(mingzhou):  # noqa: F811
    """Published, it stands on the page with agency and register; the registration of companies asks for nothing that a register holds."""
    scenes.publish("old-age-allowance", SYSTEM)
    found = {(one.scene, one.fact.en) for one in breaches()}
    assert ("old-age-allowance", "Date of birth") in found
    assert not [scene for scene, _fact in found if scene == "enterprise-registration"]
    page = Client(headers={"accept-language": "en"}).get("/registers/asked-twice/").content.decode()
    assert "Date of birth" in page and "Population register" in page and "Civil Affairs Bureau" in page


def test_the_check_of_a_pack_names_it_too():
    """A note, with file and line; nothing is refused for it."""
    from pathlib import Path

    from mingtang.platform.scenes.checking import check
    from mingtang.platform.scenes.packs import load, read_folder

    folder = Path(__file__).resolve().parents[3] / "scenes" / "old-age-allowance"
    found = [finding for finding in check(load(folder.name, read_folder(folder), folder)) if finding.code == "scenes.asked_twice"]
    assert {finding.level for finding in found} == {"note"} and any(
        "population.birth" in finding.sentence("en") for finding in found
    )
