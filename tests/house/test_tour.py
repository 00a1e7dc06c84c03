"""The commands of the tour run as they stand on the page, in its order, in an empty data folder."""

import os
import re
import subprocess
import sys

import pytest

from tests.house import house

TOUR = (house.ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ mingtang (.+)$", TOUR, re.MULTILINE)
# What each command must say; a command that is not here must only succeed.
SAID = {"ledger audit": "everything fits", "ledger fsck": "✓", "ledger key": "mingzhou.example/ledger+", "contract check": "A poorer household never gets less"}
# doctor rightly finds that no worker runs.
FINDS = {"doctor"}


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """An empty folder, and a function that runs ``mingtang`` in it."""
    folder = tmp_path_factory.mktemp("tour")
    (folder / "scenes").symlink_to(house.ROOT / "scenes")
    environment = {**os.environ, "MINGTANG_DATA": str(folder / "data"), "MINGTANG_DATABASE_URL": "", "MINGTANG_DEMO": "1", "LANG": "C.UTF-8",
                   "DJANGO_SETTINGS_MODULE": "mingtang.site.settings", "PYTHONPATH": str(house.SOURCE), "PYTHONWARNINGS": "ignore"}

    def run(words):
        return subprocess.run([sys.executable, "-m", "mingtang.cli", *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=280)

    return run


@pytest.mark.timeout(900)
@pytest.mark.skipif(bool(os.environ.get("MINGTANG_DATABASE_URL")), reason="the tour is walked on the embedded database")
def test_every_command_of_the_tour_runs(city):
    """Each ends as the page says."""
    assert len(COMMANDS) >= 10
    for command in COMMANDS:
        ran = city(command.split())
        name = " ".join(command.split()[:2])
        assert ran.returncode == (1 if command in FINDS else 0), f"{command}\n{ran.stdout[-800:]}\n{ran.stderr[-800:]}"
        assert SAID.get(name, "") in ran.stdout, f"{command}\n{ran.stdout[-800:]}"


def test_the_readme_begins_as_promised():
    """Three sentences for a resident, the two commands, a picture that the project made - in both languages."""
    for name in ("README.md", "README.zh.md"):
        text = (house.ROOT / name).read_text(encoding="utf-8")
        assert text.index("script/serve") < text.index("script/test") < text.index("docs/pictures/")
        picture = re.search(r"!\[[^]]+\]\(([^)]+)\)", text)
        assert picture and (house.ROOT / picture[1]).is_file()


def test_every_link_between_documents_leads_somewhere():
    """A link to a file of the project names a file that is there."""
    faults = []
    for path in [*house.ROOT.glob("*.md"), *(house.ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                faults.append(f"{path.relative_to(house.ROOT)} -> {target}")
    assert not faults
