"""What a fault of a page leaves in the output of the node: where and what kind, never what was typed or whom it was about."""

import logging
import traceback
from types import TracebackType


class WithoutData(logging.Formatter):
    """The route (not the address, which names a person), the places in the code, and the kind of the exception without its text."""

    def format(self, record: logging.LogRecord) -> str:
        """One fault."""
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        lines = [f"{self.formatTime(record)} Halaman gagal: /{match.route if match else '?'}"]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The places, the innermost last, and the kind."""
        kind, _text, places = ei
        return "".join(traceback.format_tb(places)) + (kind.__name__ if kind else "")
