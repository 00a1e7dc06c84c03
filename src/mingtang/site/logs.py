"""Structured log lines: one JSON object a line, without personal data (never log bodies, names or free text).

What the framework logs of a refused request names its path, and a path may hold a resident's secret link: the line names the
route instead.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Writes time, level, logger, message and, for faults, the place of the exception - not its values."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None:
                line["at"] = f"{trace.tb_frame.f_code.co_filename.rsplit('/mingtang/', 1)[-1]}:{trace.tb_lineno}"
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """The message; of a web request the method, the route without its values, and the status."""
    request = getattr(record, "request", None)
    if request is None:
        return record.getMessage()
    match = getattr(request, "resolver_match", None)
    route = f"/{match.route}" if match is not None else "(no page)"
    status = getattr(record, "status_code", "")
    return f"{getattr(request, 'method', '')} {route} {status}".strip()
