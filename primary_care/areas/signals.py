"""How the apps above learn that the tree changed. Sent inside the transaction of the change: a receiver that raises
undoes it. What is expected of receivers: docs/decisions/0008-areas-over-time.md, 4.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.dispatch import Signal

from primary_care.areas.models import Area, AreaChange


@dataclass(frozen=True)
class TreeChange:
    """One change of the tree. `changed`: the areas whose name, code or path is another now. `begun`: the area that a split
    made, with the one it came from. `ended`: the areas that went into `into`, each with what lay directly inside it.
    `served_by`: the Puskesmas that
    shall serve `into`, when somebody said so.
    """

    change: AreaChange
    by: Any
    changed: frozenset[uuid.UUID] = frozenset()
    begun: tuple[Area, Area] | None = None
    ended: Mapping[uuid.UUID, Sequence[Area]] = field(default_factory=dict)
    into: Area | None = None
    served_by: Sequence[uuid.UUID] | None = None


tree_changed = Signal()
