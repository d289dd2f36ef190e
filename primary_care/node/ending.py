"""A process that the node started ends when the node's main process is gone, also after kill -9."""

import os
import threading
import time

LOOK_EVERY = 1.0  # seconds


def end_with_parent(parent: int) -> None:
    """From now on this process ends by itself when `parent`, the process that started it, is gone; at once if it is gone already."""
    threading.Thread(target=_end_with, args=(parent,), name="end-with-node", daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(1)
