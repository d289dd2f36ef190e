"""What a fault leaves in the output of the node: where and what kind, never what was typed or whom it was about."""

import logging
import traceback
from types import TracebackType


class WithoutData(logging.Formatter):
    """Of a page the route (not the address, which names a person), of background work the task; the places in the code, and the kind of
    the exception without its text. Of any other message only who wrote it: its words may hold data.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One fault."""
        request, job = getattr(record, "request", None), getattr(record, "job", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            what = f"Halaman gagal: /{match.route if match else '?'}"
        elif isinstance(job, dict):
            what = f"Pekerjaan latar gagal: {job.get('task_name', '?')}"
        else:
            what = f"Galat di {record.name}, {record.module}:{record.lineno}"
        lines = [f"{self.formatTime(record)} {what}"]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The places, the innermost last, and the kind."""
        kind, _text, places = ei
        return "".join(traceback.format_tb(places)) + (kind.__name__ if kind else "")
