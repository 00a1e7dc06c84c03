"""What an import refuses: the whole file, the map, or one row (which then goes to quarantine)."""

from __future__ import annotations

from mingtang.kernel import CallerMistake, RefusedInput, Sentence


class MapRefused(RefusedInput):
    """The map cannot be used."""

    code = "import.map"
    text = Sentence("对照表不能使用：{reason}。", "The map cannot be used: {reason}.")
    next_step = Sentence("格式见 docs/specs/import.md。", "docs/specs/import.md has the format.")


class FileRefused(RefusedInput):
    """The file cannot be read as what it says it is, or is out of bounds."""

    code = "import.file"
    text = Sentence("文件不能读取：{reason}。", "The file cannot be read: {reason}.")
    next_step = Sentence("请检查文件格式；可另存为 UTF-8 的 CSV 再试。", "Check the file's format; saving it as CSV in UTF-8 may help.")


class RowRefused(RefusedInput):
    """One row cannot be taken; the import goes on without it."""

    code = "import.row"
    text = Sentence("“{column}”：{reason}。", "“{column}”: {reason}.")
    next_step = Sentence("改正后可以把隔离文件再导入一次。", "Correct it and import the quarantine file again.")


class OtherImport(CallerMistake):
    """Another process imports the same file now."""

    code = "import.running"
    status = 409
    text = Sentence("同一个文件正在被另一个进程导入。", "Another process is importing the same file.")
    next_step = Sentence("请等它结束。", "Wait until it ends.")
