"""Loaded first by pytest (`-p` in pyproject.toml), before Django reads its settings: tests read no setting of the
machine that they run on, but `DATABASE_URL` (and `SIMPUL_DEEP`, see tests/generative), and leave nothing in the checkout. The fixtures are in `conftest.py`.
"""

import os
import tempfile
from pathlib import Path

for _name in [name for name in os.environ if name.startswith("SIMPUL_") and name != "SIMPUL_DEEP"]:
    del os.environ[_name]
os.environ["SIMPUL_DATA_DIR"] = str(Path(tempfile.gettempdir()) / "simpul-tests-without-data")
os.environ["SIMPUL_SECRET_KEY"] = "only-for-tests-" + "x" * 40
