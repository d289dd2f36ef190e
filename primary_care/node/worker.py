"""The application as the node's web server loads it: like `primary_care.wsgi`, and it ends when the node's main process is gone.

After kill -9 of the main process its worker would otherwise live on, hold the port, and keep the next start from serving.
"""

import os

from primary_care.node.ending import end_with_parent
from primary_care.wsgi import application

__all__ = ["application"]

end_with_parent(os.getppid())
