"""``mingtang requests learn FILE``: train the category suggestion from labelled messages and write its card."""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser, Namespace
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from mingtang.city.requests.learn.training import Labelled, Scores, cross_validate, train
from mingtang.kernel import now
from mingtang.kernel.command import Command
from mingtang.kernel.errors import RefusedInput, Sentence

_LEAST = 40
_MOST_ROWS = 200_000
_TITLES = ("留言主题", "title", "subject")
_TEXTS = ("留言详情", "text", "description", "message")
_LABELS = ("一级分类", "label", "category", "class")


class CannotLearn(RefusedInput):
    """The file has no labelled messages to learn from."""

    code = "requests.cannot_learn"
    text = Sentence("不能从这个文件学习：{reason}。", "Nothing can be learnt from this file: {reason}.")
    next_step = Sentence("需要表格（XLSX 或 CSV），含正文列和分类列，每类至少 5 条；列名可用 --text、--label 指定。",
                         "A table (XLSX or CSV) with a text and a label column is needed, at least 5 messages a class; name the columns with --text and --label.")


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of an XLSX or CSV file as texts by column name. Raises CannotLearn."""
    if not path.is_file():
        raise CannotLearn(path=str(path), reason="no such file")
    if path.suffix.lower() == ".xlsx":
        return _read_xlsx(path)
    import csv
    import io

    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(io.StringIO(data.decode(encoding)))][:_MOST_ROWS]
        except UnicodeDecodeError:
            continue
        except csv.Error as fault:
            raise CannotLearn(path=str(path), reason=str(fault)) from None
    raise CannotLearn(path=str(path), reason="neither UTF-8 nor GB18030")


def _read_xlsx(path: Path) -> list[dict[str, str]]:
    import zipfile

    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > 400_000_000:
                raise CannotLearn(path=str(path), reason="it unpacks to over 400 MB")
        with closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as book:
            rows = book.active.iter_rows(values_only=True)
            header = [str(cell or "").strip() for cell in next(rows, ())]
            return [
                {name: str(cell) if cell is not None else "" for name, cell in zip(header, row, strict=False)} for row in islice(rows, _MOST_ROWS)
            ]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as fault:
        raise CannotLearn(path=str(path), reason=str(fault)[:200]) from None


def _column(rows: list[dict[str, str]], given: str, known: tuple[str, ...], required: bool) -> str:
    columns = list(rows[0]) if rows else []
    for name in (given,) if given else known:
        if name in columns:
            return name
    if required:
        raise CannotLearn(reason=f"no column {given or ' / '.join(known)}; there are: {', '.join(columns)[:200]}")
    return ""


def labelled(path: Path, title: str = "", text: str = "", label: str = "") -> list[Labelled]:
    """The labelled messages of a table. Raises CannotLearn."""
    rows = read_table(path)
    names = _column(rows, title, _TITLES, False), _column(rows, text, _TEXTS, True), _column(rows, label, _LABELS, True)
    found = [Labelled(row.get(names[0], "").strip(), row[names[1]].strip(), row[names[2]].strip()) for row in rows if row.get(names[2], "").strip()]
    if len(found) < _LEAST or len({one.label for one in found}) < 2:
        raise CannotLearn(path=str(path), reason=f"{len(found)} labelled messages, at least {_LEAST} of two classes are needed")
    return found


def tree_names(path: Path) -> list[tuple[str, str]]:
    """(class, name) of a category table: the first column is the class, every further column a name in it."""
    pairs = []
    for row in read_table(path):
        cells = [cell.strip() for cell in row.values()]
        pairs += [(cells[0], cell) for cell in cells[1:] if cell]
    return list(dict.fromkeys(pairs))


def card(found: Scores, messages: list[Labelled], data: bytes, tree: list[tuple[str, str]], at: str) -> dict[str, Any]:
    """What anyone should know of the model before relying on it."""
    return {
        "name": "category suggestion of the hotline", "owner": "MZ", "made": at, "data": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "messages": len(messages), "names_of_the_tree": len(tree), "method": "character runs 1-4, ridge one against the others, 5-fold cross-validation",
        "macro_f1": round(found.macro_f1, 4),
        "classes": {name: {"precision": round(row[0], 3), "recall": round(row[1], 3), "f1": round(row[2], 3), "messages": row[3]}
                    for name, row in zip(found.classes, found.per_class, strict=True)},
        "confusion": found.confusion.tolist(),
        "use": {"zh": "只建议分类；居民和热线人员可以更改；不作任何决定。", "en": "Suggests a category; the resident and the desk may change it; decides nothing."},
        "limits": {"zh": "只认识训练数据中有的类别；短文本、方言和新问题会出错。", "en": "Knows only the classes it was trained on; short texts, dialect and new problems go wrong."},
        "appeal": {"zh": "分类有误：在诉求页面更改，或致电热线。", "en": "Wrong category: change it on the request's page, or call the hotline."},
    }


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="XLSX / CSV")
    parser.add_argument("--tree", type=Path, help="a table of classes and their names, e.g. a category tree")
    for name in ("title", "text", "label"):
        parser.add_argument(f"--{name}", default="", help=f"column of the {name}")
    parser.add_argument("--dry-run", action="store_true", help="measure only; write nothing")


def _run(arguments: Namespace) -> int:
    from mingtang.city.requests import categories, hotline
    from mingtang.city.requests.learn.suggesting import model_path, save

    messages = labelled(arguments.file, arguments.title, arguments.text, arguments.label)
    tree = categories.tree(hotline.pack()).class_names()
    if arguments.tree:
        tree += tree_names(arguments.tree)
    found = cross_validate(messages, tree)
    for name, (precision, recall, f1, count) in zip(found.classes, found.per_class, strict=True):
        print(f"{name}\tprecision {precision:.3f}\trecall {recall:.3f}\tF1 {f1:.3f}\tmessages {count}")
    print(f"macro-F1 {found.macro_f1:.3f} on messages not seen (5 folds), messages {len(messages)}")
    if not arguments.dry_run:
        save(train(messages, tree), model_path())
        told = card(found, messages, arguments.file.read_bytes(), tree, now().isoformat(timespec="seconds"))
        model_path().with_name("card.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        print(f"model and card: {model_path().parent}")
    return 0


LEARN = Command("requests learn", Sentence("从已分类的留言学习分类建议", "Learn the category suggestion from labelled messages"), _configure, _run)
