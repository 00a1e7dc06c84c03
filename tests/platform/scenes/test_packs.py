"""Packs are read within bounds, and every fault of form is found at once."""

from datetime import date
from pathlib import Path

import pytest

from mingtang.platform.scenes.packs import PackRefused, load, read_folder
from mingtang.platform.scenes.packs.files import pack_hash
from mingtang.platform.scenes.packs.guide import render
from mingtang.platform.scenes.packs.pack import NotInPack, NoValueYet

ROOT = Path(__file__).resolve().parents[3]
OLD_AGE = ROOT / "scenes" / "old-age-allowance"


@pytest.fixture
def files():
    """The files of a real pack, to be spoilt one by one."""
    return read_folder(OLD_AGE)


def _refused(files, name="old-age-allowance"):
    with pytest.raises(PackRefused) as caught:
        load(name, files)
    return caught.value


def test_a_real_pack_loads(files):
    """The pack gives its titles, questions, facts, examples and guide."""
    pack = load("old-age-allowance", files)
    assert pack.titles.say("zh-hans") == "老年人津贴补贴"
    assert [question.id for question in pack.questions][:2] == ["birth-date", "registered"]
    assert pack.facts["birth date"].type == "date"
    assert len(pack.examples) >= 20
    assert pack.examples[0].facts["birth date"] == date(1946, 3, 1)
    assert "<h2>" in pack.guide("en") and "<h1>" not in pack.guide("en")
    assert pack.hash.startswith("sha256:")


def test_the_hash_is_that_of_every_byte(files):
    """Any changed byte, added file or renamed file changes the pack's hash."""
    before = pack_hash(files)
    assert pack_hash({**files, "guide.en.md": files["guide.en.md"] + b" "}) != before
    assert pack_hash({**files, "more.md": b""}) != before
    assert pack_hash(dict(reversed(files.items()))) == before


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("scene.yaml", "type: government-service", "type: shop", "scene.yaml"),
        ("scene.yaml", "name: old-age-allowance", "name: other", "scene.yaml name"),
        ("scene.yaml", "version:", "edition:", "scene.yaml"),
        ("facts.yaml", "source: resident", "source: gossip", "facts.yaml"),
        ("facts.yaml", "law: bj-2019-160", "law: bj-2019-161", "facts.yaml"),
        ("form.yaml", "type: yes-no", "type: maybe", "form.yaml"),
        ("form.yaml", "id: registered", "id: birth-date", "form.yaml"),
        ("cases.yaml", "name: {zh:", "title: {zh:", "cases.yaml"),
        ("facts.yaml", "facts:", "facts: [", "facts.yaml"),
    ],
)
def test_each_fault_of_form_is_located(files, file, old, new, place):
    """A wrong word anywhere is refused with its file, line and key path, in both languages."""
    text = files[file].decode()
    assert old in text
    refused = _refused({**files, file: text.replace(old, new, 1).encode()})
    assert refused.path.startswith(place.split()[0])
    assert refused.message("zh") != refused.message("en")
    assert any(finding.file == file and (finding.line or finding.path) for finding in refused.findings)


def test_a_pack_without_scene_yaml_is_refused(files):
    """Nothing is a scene without scene.yaml."""
    del files["scene.yaml"]
    assert _refused(files).findings[0].code == "scenes.missing_file"


def test_only_known_kinds_of_files_are_read(tmp_path):
    """A program, a link or an odd name in the folder is a fault, so what is checked is all that is published."""
    (tmp_path / "scene.yaml").write_text("name: x")
    (tmp_path / "run.sh").write_text("true")
    (tmp_path / "Guide.md").write_text("x")
    (tmp_path / "link.md").symlink_to("/etc/hostname")
    with pytest.raises(PackRefused) as caught:
        read_folder(tmp_path)
    assert {finding.file for finding in caught.value.findings} == {"run.sh", "Guide.md", "link.md"}


def test_a_large_file_is_refused(tmp_path):
    """A file beyond a megabyte is refused by its size alone."""
    (tmp_path / "scene.yaml").write_bytes(b"a" * 1_000_001)
    with pytest.raises(PackRefused):
        read_folder(tmp_path)


def test_what_is_not_in_the_pack_is_said(files):
    """Asking for a file that is not there names it."""
    with pytest.raises(NotInPack):
        load("old-age-allowance", files).data("nothing.yaml")


def test_law_numbers_go_by_date(files):
    """A day sees the value in force on it; before the first value it is refused, never guessed."""
    parameters = """
parameters:
  - name: standard
    titles: {zh: 标准, en: Standard}
    values:
      - {from: 2023-07-01, value: 1395}
      - {from: 2024-07-01, value: 1450}
"""
    pack = load("old-age-allowance", {**files, "parameters.yaml": parameters.encode()})
    assert pack.law_on(date(2024, 6, 30)) == {"standard": 1395}
    assert pack.law_on(date(2024, 7, 1)) == {"standard": 1450}
    with pytest.raises(NoValueYet):
        pack.law_on(date(2023, 6, 30))
    swapped = parameters.replace("2024-07-01", "2022-07-01").encode()
    assert "early to late" in _refused({**files, "parameters.yaml": swapped}).message("en")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/p.png)",
        "[x](//elsewhere.example)",
        '<img src=x onerror="a()">',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_a_guide_carries_no_html_of_its_own(text):
    """Raw HTML, pictures and links that are not plain web addresses come out as text."""
    html = render(text)
    assert not any(bad in html for bad in ("<script", "<img", 'onerror="', 'href="javascript', 'href="//', 'href="data'))


def test_a_guide_keeps_its_tables_and_links():
    """Tables, headings and web links are rendered; the title on top is left to the page."""
    html = render("# Title\n\n## A\n\n| a | b |\n|---|---|\n| 1 | [x](https://example.org) |\n\n# B")
    assert '<table class="table">' in html and "<h2>A</h2>" in html and 'href="https://example.org"' in html
    assert "Title" not in html and "<h2>B</h2>" in html and "<h1>" not in html
