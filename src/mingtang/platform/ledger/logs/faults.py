"""What an agency log refuses. Its write API answers with these codes, in the one shape of errors."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class NoSuchLog(CallerMistake):
    """There is no agency log, or nothing in it, under this address."""

    code = "ledger.no_such_log"
    status = 404
    text = Sentence("这里没有日志或文件：{name}。", "There is no log, or no file of one, at {name}.")
    next_step = Sentence("请核对地址；新日志用 mingtang ledger open-log 开设。", "Check the address; a new log is opened with mingtang ledger open-log.")


class BadLogName(CallerMistake):
    """A log's name is not 1 to 40 small letters, digits and hyphens."""

    code = "ledger.bad_log_name"
    text = Sentence("日志名“{name}”不合写法。", "The name {name} is not one for a log.")
    next_step = Sentence("请用 1 至 40 个小写字母、数字或连字符，以字母开头。", "Use 1 to 40 small letters, digits or hyphens, a letter first.")


class TokenRefused(CallerMistake):
    """Writing needs the log's own token."""

    code = "ledger.token_refused"
    status = 401
    text = Sentence("没有写入此日志的令牌，或令牌不对。", "The token for writing to this log is missing or wrong.")
    next_step = Sentence("请在请求头写 Authorization: Bearer 令牌。", "Send the header Authorization: Bearer TOKEN.")


class BodyRefused(RefusedInput):
    """A body is longer than allowed; nothing of it was kept."""

    code = "ledger.body_too_large"
    status = 413
    text = Sentence("内容超过 {most} 字节。", "The body is longer than {most} bytes.")
    next_step = Sentence("请分成几次发送。", "Send it in several parts.")


class BatchRefused(RefusedInput):
    """A batch is not entries, each after its length as uint16."""

    code = "ledger.bad_batch"
    text = Sentence("批次写法有误：应为 1 至 {most} 个条目，每个前有两字节长度。", "The batch is malformed: 1 to {most} entries, each after its length in two bytes.")
    next_step = Sentence("写法同 tlog-tiles 的条目包。", "It is written like an entry bundle of tlog-tiles.")


class Busy(CallerMistake):
    """More entries wait than the log takes at once."""

    code = "ledger.busy"
    status = 503
    text = Sentence("日志正忙，此条目未收下。", "The log is busy; this entry was not taken.")
    next_step = Sentence("请一秒后再发。", "Send it again in a second.")


class StoreFailed(CallerMistake):
    """The disk refused; whether the entry was kept is not known, and it was not acknowledged."""

    code = "ledger.store_failed"
    status = 503
    text = Sentence("日志此刻写不进磁盘，条目未获确认。", "The log cannot write to its disk now; the entry is not acknowledged.")
    next_step = Sentence("请稍后再发；同一条目可能因此入账两次。", "Send it again later; the same entry may then stand in the log twice.")
