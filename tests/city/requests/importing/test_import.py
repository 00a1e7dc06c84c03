"""Import: every kind of file, resumed and repeated, bad rows put aside, hostile files and maps refused; the four files of others."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest

from mingtang import cli
from mingtang.city.requests import reads
from mingtang.city.requests.importing import maps, rows, run
from mingtang.city.requests.importing.faults import FileRefused, MapRefused, OtherImport
from mingtang.city.requests.models import ImportRun, QuarantinedRow, Request
from mingtang.platform.ledger import reads as ledger
from tests.conftest import ROOT

MAP = {
    "source": "test", "language": "zh-hans", "time": {"zone": "Asia/Shanghai", "formats": ["%Y-%m-%d %H:%M"]}, "id": "编号", "text": "{内容}", "filed_at": "时间",
    "category": {"column": "类别", "values": {"路灯": "urban.works.light"}, "otherwise": "suggest"}, "place": {"latitude": "纬度", "longitude": "经度"},
    "settled": {"when": {"column": "状态", "in": ["办结"]}, "replied_at": "答复时间", "closed_at": "办结时间", "text": "{答复}", "otherwise": "已办结"},
}
HEADER = ["编号", "内容", "时间", "类别", "纬度", "经度", "状态", "答复时间", "办结时间", "答复"]


def _row(i: int, **change: str) -> list[str]:
    values = dict(zip(HEADER, [f"A{i}", f"第{i}盏路灯不亮，电话13800000000", "2026-02-01 08:30", "路灯", "30.0412", "122.0113", "在办", "", "", ""], strict=True))
    return list((values | change).values())


def _write(path, body, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEADER, *body])
    return path


def _map(**change):
    return maps.read(MAP | change, reads.category_tree().__contains__)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_each_encoding_is_read(mingzhou, tmp_path, encoding):
    """CSV in UTF-8, with mark, UTF-16 and GB18030 gives the same requests."""
    state = run.run(_write(tmp_path / "a.csv", [_row(1), _row(2)], encoding), _map())
    assert (state.filed, state.quarantined) == (2, 0)
    found = Request.objects.order_by("pk")
    assert [one.text for one in found] == ["第1盏路灯不亮，电话13800000000", "第2盏路灯不亮，电话13800000000"]
    assert found[0].public_text == "第1盏路灯不亮，电话＊＊＊" and found[0].category == "urban.works.light" and found[0].unit
    assert found[0].filed_at.isoformat() == "2026-02-01T00:30:00+00:00"


def test_xlsx_is_read(mingzhou, tmp_path):
    """XLSX with numbers, dates and empty cells."""
    import datetime

    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append([17, "路灯不亮", datetime.datetime(2026, 2, 1, 8, 30), "路灯", 30.0412, 122.0113])
    book.active.append([])
    book.active.append([18, "停水三天", "2026-02-01 08:30"])
    book.save(tmp_path / "a.xlsx")
    state = run.run(tmp_path / "a.xlsx", _map())
    assert (state.filed, state.quarantined) == (2, 0)
    assert [(one.external_id, one.category) for one in Request.objects.order_by("pk")] == [("17", "urban.works.light"), ("18", "utility.water.outage")]


def test_what_was_settled_elsewhere_is_settled_here(mingzhou, tmp_path):
    """Reply and close of the source are acts with their legal time."""
    done = _row(1, 状态="办结", 答复时间="2026-02-03 10:00", 办结时间="2026-02-05 10:00", 答复="已修好，找王师傅")
    run.run(_write(tmp_path / "a.csv", [done]), _map())
    found = Request.objects.get()
    assert found.state == "closed" and found.public_reply == "已修好，找＊＊＊师傅" and found.responded
    acts = ledger.acts_of(found.subject)
    assert [act.kind for act in acts] == ["requests.file", "requests.dispatch", "requests.reply", "requests.close"]
    assert acts[2].at.isoformat().startswith("2026-02-03T02:00:00")


def test_bad_rows_are_put_aside_with_number_and_reason(mingzhou, tmp_path):
    """Each bad row goes to quarantine, table and file, with its number, code, reason and content; the others are filed."""
    body = [
        _row(1), _row(2, 时间="yesterday"), _row(3, 内容=""), _row(4, 纬度="95"), _row(5, 纬度=""), _row(6, 编号=""), [*_row(7), "extra"], _row(8)[:4],
        _row(9, 状态="办结", 答复时间="2026-01-01 10:00"), _row(10, 时间="2036-01-01 00:00"), _row(11, 内容="长" * 5001), _row(12, 内容="字" * 300_000), _row(13),
        _row(14, 内容="短" ), _row(15, 内容="x"), _row(16, 纬度="nan"),
    ]
    path = _write(tmp_path / "a.csv", body)
    state = run.run(path, _map())
    bad = {entry.row: (entry.code, entry.reason) for entry in QuarantinedRow.objects.order_by("row")}
    assert set(bad) == {3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17}
    assert bad[3][0] == "import.row" and "时间" in bad[3][1] and bad[4][0] == "requests.text" and bad[11][0] == "requests.field"
    assert (state.filed, state.quarantined) == (2, 14)
    with run.quarantine_file(state, path).open(encoding="utf-8-sig") as file:
        written = list(csv.DictReader(file))
    assert len(written) == 14 and written[0]["row"] == "3" and written[0]["时间"] == "yesterday" and written[0]["code"] == "import.row"


def test_a_broken_off_import_goes_on_and_nothing_is_filed_twice(mingzhou, tmp_path):
    """Broken off within any batch, started again, it ends as if it had run through."""
    path = _write(tmp_path / "a.csv", [_row(i) if i % 5 else _row(i, 时间="?") for i in range(1, 24)])

    class _Broken(Exception):
        pass

    for _ in range(3):
        def stop(state, share):
            raise _Broken

        with pytest.raises(_Broken):
            run.run(path, _map(), stop, batch=4)
    assert ImportRun.objects.get().rows_done == 13
    state = run.run(path, _map(), batch=4)
    assert (state.filed, state.known, state.quarantined) == (19, 0, 4)
    again = run.run(path, _map(), batch=4)
    assert again.pk == state.pk and Request.objects.count() == 19 and QuarantinedRow.objects.count() == 4


def test_a_batch_that_fails_leaves_nothing(mingzhou, tmp_path, monkeypatch):
    """If a batch breaks after filing, its rows are not filed and the checkpoint stands where it stood."""
    path = _write(tmp_path / "a.csv", [_row(i) for i in range(1, 5)])
    monkeypatch.setattr(QuarantinedRow.objects, "bulk_create", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run.run(path, _map())
    assert not Request.objects.exists() and ImportRun.objects.get().rows_done == 0
    monkeypatch.undo()
    assert run.run(path, _map()).filed == 4


def test_the_same_rows_in_another_file_are_known(mingzhou, tmp_path):
    """Another file with the same identifiers of the same source files nothing twice; the same row twice in a file is one request."""
    run.run(_write(tmp_path / "a.csv", [_row(1), _row(2)]), _map())
    state = run.run(_write(tmp_path / "b.csv", [_row(2), _row(3), _row(3)]), _map())
    assert (state.filed, state.known) == (1, 2) and Request.objects.count() == 3


def test_two_processes_do_not_take_the_same_rows(mingzhou, tmp_path):
    """Whoever finds the checkpoint moved stops."""
    path = _write(tmp_path / "a.csv", [_row(i) for i in range(1, 9)])

    def other(state, share):
        ImportRun.objects.update(rows_done=7)

    with pytest.raises(OtherImport):
        run.run(path, _map(), other, batch=4)


def test_a_category_without_entry_goes_as_the_map_says(mingzhou, tmp_path):
    """What the map does not name is suggested, put aside, or given one category."""
    path = _write(tmp_path / "a.csv", [_row(1, 类别="别的", 内容="停水三天")])
    category = MAP["category"]
    assert run.run(path, _map(category=category | {"otherwise": "quarantine"})).quarantined == 1
    assert run.run(path, _map(category=category | {"otherwise": "gov.other.other"}, source="b")).filed == 1
    assert run.run(path, _map(source="c")).filed == 1
    assert list(Request.objects.order_by("pk").values_list("category", flat=True)) == ["gov.other.other", "utility.water.outage"]


@pytest.mark.parametrize("change", [
    {"source": ""}, {"text": None}, {"id": ["x"]}, {"unknown": 1}, {"category": {"column": "类别", "values": {"路灯": "no.such"}}}, {"time": {"zone": "Mars/Base"}},
    {"time": {"zone": "../../etc/passwd"}}, {"settled": {"text": "x"}}, {"place": [1]}, {"category": {"otherwise": "no.such"}}, {"time": "x"},
])
def test_bad_maps_are_refused(mingzhou, change):
    """A map with a gap, an unknown key, category or zone is refused with its place before a row is read."""
    with pytest.raises(MapRefused):
        _map(**change)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: [", b"- 1\n- 2", b"a: &x [1]\nb: [*x, *x]", b"!!python/object/apply:os.system ['true']", b"[" * 5000, b"a: " + b"x" * 2_000_000])
def test_hostile_map_files_are_refused(mingzhou, tmp_path, content):
    """Broken, aliased, executable or endless YAML is refused."""
    (tmp_path / "m.yaml").write_bytes(content)
    with pytest.raises(MapRefused):
        maps.load(tmp_path / "m.yaml", reads.category_tree().__contains__)


def test_a_map_for_another_file_is_refused(mingzhou, tmp_path):
    """A column that the file does not have is named before a row is filed."""
    with pytest.raises(MapRefused, match="Nowhere"):
        run.run(_write(tmp_path / "a.csv", [_row(1)]), _map(id="Nowhere"))
    assert not Request.objects.exists()


def _zip(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


_BOMB = _zip({"xl/sharedStrings.xml": b"<sst>" + b" " * 60_000_000})


def _with_entities() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["编号"])
    book.active.append(["1"])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["xl/worksheets/sheet1.xml"] = entries["xl/worksheets/sheet1.xml"].replace(
        b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet', 1)
    return _zip(entries)


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a zip", _zip({"x.txt": b"x"}), _zip({"[Content_Types].xml": b"<a>"}), _BOMB, b"\xd0\xcf\x11\xe0old", b"", b"\n\n\n",
                                     ",".join(f"c{i}" for i in range(600)).encode(), b"a,a\n1,2\n", _with_entities()],
                         ids=["no-zip", "other-zip", "no-book", "bomb", "xls", "empty", "blank", "wide", "twin-columns", "entities"])
def test_hostile_files_are_refused(tmp_path, content):
    """What is not what it seems, would unpack beyond bounds, or has no header is refused."""
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    with pytest.raises(FileRefused):
        list(rows.read(path))


def test_an_endless_gap_of_rows_is_refused(tmp_path):
    """A sheet that claims a row far away is not walked to its end."""
    book = openpyxl.Workbook()
    book.active.append(["编号"])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    entries[name] = entries[name].replace(b"</sheetData>", b'<row r="900000000"><c r="A900000000" t="inlineStr"><is><t>x</t></is></c></row></sheetData>')
    (tmp_path / "a.xlsx").write_bytes(_zip(entries))
    with pytest.raises(FileRefused, match="empty rows"):
        list(rows.read(tmp_path / "a.xlsx"))


def test_a_quote_that_never_ends_costs_one_row(mingzhou, tmp_path):
    """A runaway quote puts its part aside and the import goes on."""
    path = tmp_path / "a.csv"
    path.write_text(",".join(HEADER) + "\n" + ",".join(_row(1)) + '\nA2,"never closed\n' + "filler\n" * 40_000 + ",".join(_row(3)) + "\n", encoding="utf-8")
    state = run.run(path, _map())
    assert state.filed >= 1 and state.quarantined >= 1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "map_name", "least", "bad"), [("la-311-2017.csv", "la-311", 9980, 12), ("nyc-311-sample.csv", "nyc-311", 924, 0),
                                                                 ("messages-with-replies.xlsx", "messages", 1600, 0), ("labelled.xlsx", "labelled", 286, 0)])
def test_the_files_of_others(mingzhou, shared_data, tmp_path, capsys, name, map_name, least, bad):
    """The command imports each of the four real files with the map that comes along; what it puts aside it says."""
    copy = tmp_path / name
    copy.write_bytes((shared_data / "requests" / name).read_bytes())
    clock = mingzhou
    clock.set(clock.now().replace(year=2027))
    status = cli.main(["requests", "import", str(copy), "--map", str(ROOT / "scenes/hotline/maps" / f"{map_name}.yaml")])
    state = ImportRun.objects.get()
    assert status == (1 if bad else 0) and state.filed >= least and state.quarantined == bad
    assert Request.objects.exclude(unit="").count() > 0.8 * state.filed
    assert copy.with_name(name + ".quarantine.csv").exists() == bool(bad)
