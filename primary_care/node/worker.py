"""The application as the node's web server loads it: like `primary_care.wsgi`, and it ends when the node's main process is gone.

After kill -9 of the main process its worker would otherwise live on, hold the port, and keep the next start from serving.
"""

import gc
import os
import threading

from primary_care.node.ending import end_with_parent
from primary_care.wsgi import application

__all__ = ["application"]


def _get_ready() -> None:
    """Read the knowledge, so that the first who asks need not wait for it. It stays as long as the process, so nobody need look
    through it for garbage again and again while pages wait.
    """
    from primary_care.decisions.content import vocabulary

    vocabulary()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


end_with_parent(os.getppid())
threading.Thread(target=_get_ready, name="get-ready").start()
