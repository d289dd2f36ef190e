"""The application as the node's web server loads it: like `primary_care.wsgi`, and it ends when the node's main process is gone.

After kill -9 of the main process its worker would otherwise live on, hold the port, and keep the next start from serving.
"""

import os
import threading

from primary_care.node.ending import end_with_parent
from primary_care.wsgi import application

__all__ = ["application"]


def _read_knowledge() -> None:
    from primary_care.decisions.content import vocabulary

    vocabulary()


end_with_parent(os.getppid())
threading.Thread(
    target=_read_knowledge, name="read-knowledge"
).start()  # so that the first who asks need not wait for it
