"""What a node remembers about its own upkeep, beside its data: small files in the data folder. Nothing about people."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings


def remember(name: str, at: datetime, **facts: Any) -> None:
    """Keep that something was done `at`, with `facts` that JSON can hold, in place of what was remembered of it before."""
    folder: Path = settings.DATA_DIR / "upkeep"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{name}.{os.getpid()}"
    draft.write_text(json.dumps({**facts, "at": at.isoformat()}), encoding="utf-8")
    draft.replace(folder / f"{name}.json")


def recall(name: str) -> dict[str, Any] | None:
    """What was remembered last, `at` as a datetime; None if nothing was, or if the file cannot be read any more."""
    try:
        kept = json.loads((settings.DATA_DIR / "upkeep" / f"{name}.json").read_text(encoding="utf-8"))
        return {**kept, "at": datetime.fromisoformat(kept["at"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
