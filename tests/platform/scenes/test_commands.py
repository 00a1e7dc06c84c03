"""The commands: check, new, publish, list, again."""

import json

import pytest

from mingtang import cli
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.scenes import acts, reads
from tests.platform.scenes.conftest import SCENES
from tests.platform.scenes.test_acts import FACTS


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_a_new_pack_passes_its_check(tmp_path, capsys):
    """What ``scene new`` writes can be checked, published and changed at once."""
    folder = tmp_path / "my-scene"
    assert cli.main(["scene", "new", str(folder)]) == 0
    assert cli.main(["scene", "check", str(folder)]) == 0
    assert "no faults, all 4 worked examples agree" in capsys.readouterr().out


def test_new_never_writes_over_anything(tmp_path, capsys):
    """A folder that holds something, or has a name that is no scene's, is left alone."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "scene.yaml").write_text("mine")
    assert cli.main(["scene", "new", str(tmp_path / "full")]) == 1
    assert (tmp_path / "full" / "scene.yaml").read_text() == "mine"
    assert cli.main(["scene", "new", str(tmp_path / "Not A Name")]) == 1
    assert not (tmp_path / "Not A Name").exists()


def test_check_tells_every_fault_and_ends_with_one(tmp_path, capsys):
    """The exit status is 1 and each fault stands on a line of its own with its place."""
    folder = tmp_path / "my-scene"
    cli.main(["scene", "new", str(folder)])
    rules = folder / "rules.dmn"
    rules.write_text(rules.read_text().replace("[18..60)", "[19..60)"))
    capsys.readouterr()
    assert cli.main(["scene", "check", str(folder), str(SCENES / "water-charge")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("✗ my-scene/rules.dmn") and "scenes.gap" in line for line in lines)
    assert any(line.startswith("✗ my-scene/cases.yaml") and "scenes.example_otherwise" in line for line in lines)
    assert cli.main(["scene", "check", str(tmp_path / "nowhere")]) == 1


def test_publish_and_list(db, clock, capsys):
    """What is published is listed with its hash; a second time nothing changes."""
    assert cli.main(["scene", "publish", "water-charge"]) == 0
    assert cli.main(["scene", "publish", "water-charge"]) == 0
    published = reads.publications("water-charge")
    assert len(published) == 1
    assert cli.main(["scene", "list"]) == 0
    assert f"✓ water-charge {published[0].version} Household water charge {published[0].hash}" in capsys.readouterr().out


def test_again_finds_a_forged_document(published, tmp_path, capsys):
    """The document of a receipt is reckoned again; a changed value is named, nonsense is told as such."""
    decided = acts.decide(reads.pack("old-age-allowance"), FACTS, Actor("resident"))
    document = ledger.receipt(decided.sealed.id).document
    path = tmp_path / "document.json"
    path.write_text(json.dumps(document))
    assert cli.main(["scene", "again", str(path)]) == 0
    document["body"]["value"]["total"] = 1500
    path.write_text(json.dumps(document))
    assert cli.main(["scene", "again", str(path)]) == 1
    assert "total: the document says 1500, reckoned again 1400" in capsys.readouterr().out
    path.write_text("[]")
    assert cli.main(["scene", "again", str(path)]) == 2
