"""Every pack that comes along may be published, says all in both languages, and names real sources."""

import re
from pathlib import Path

import pytest

from mingtang.platform.scenes.checking import check
from mingtang.platform.scenes.packs import load, read_folder

SCENES = Path(__file__).resolve().parents[2] / "scenes"
NAMES = sorted(folder.parent.name for folder in SCENES.glob("*/scene.yaml"))


def _pack(name):
    return load(name, read_folder(SCENES / name), SCENES / name)


def test_the_packs_are_there():
    """The hotline, one entitlement and two further packs from published rules come along."""
    assert {"hotline", "old-age-allowance", "minimum-living-allowance", "water-charge"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_pack_passes_its_check(name):
    """No gap, no conflict, no undeclared fact, no example that comes out otherwise."""
    assert [finding.sentence("en") for finding in check(_pack(name)) if finding.level == "error"] == []


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_are_whole(name):
    """Chinese texts hold Chinese, English texts hold none, and both guides have the same sections."""
    pack = _pack(name)
    for words in (
        pack.titles,
        pack.heading.summary,
        *(question.titles for question in pack.questions),
        *(fact.purpose for fact in pack.facts.values()),
    ):
        assert re.search("[\u4e00-\u9fff]", words.zh), words
        assert not re.search("[\u4e00-\u9fff]", words.en), words
    heads = [len(re.findall("^#+ ", pack.content(f"guide.{tongue}.md").decode(), re.M)) for tongue in ("zh", "en")]
    assert heads[0] == heads[1] >= 1


@pytest.mark.parametrize("name", ["old-age-allowance", "minimum-living-allowance", "water-charge", "enterprise-registration", "neighbourhood-assembly"])
def test_each_rule_names_its_law_and_its_reason(name):
    """Every rule of a deciding contract has a listed law with its place and a reason in both languages."""
    from mingtang.platform.scenes.checking_tables import tables_of
    from mingtang.platform.scenes.explain import law_of, spoken

    pack = _pack(name)
    laws = {law.id for law in pack.heading.law}
    count = 0
    for decision in pack.contract().decisions.values():
        for table_name, table in tables_of(decision.logic, decision.name):
            for rule in spoken(table):
                count += 1
                assert rule["zh"] and rule["en"], (table_name, rule)
                assert law_of(rule)["id"] in laws and law_of(rule)["zh"] and law_of(rule)["en"]
    assert count >= 8
