"""The application as the node's web server loads it: like `primary_care.wsgi`, and it ends when the node's main process is gone.

After kill -9 of the main process its worker would otherwise live on, hold the port, and keep the next start from serving.
"""

import os
import threading
import time

from primary_care.node import deciding
from primary_care.wsgi import application

__all__ = ["application"]

LOOK_EVERY = 1.0  # seconds


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(1)


threading.Thread(target=_end_with, args=(os.getppid(),), name="end-with-node", daemon=True).start()
deciding.start()
