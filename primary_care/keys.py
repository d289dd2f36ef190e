"""The one way to make a key: UUIDv7, made where the record is made (a phone included)."""

import uuid

import uuid6


def new_key() -> uuid.UUID:
    """A new UUIDv7. Keys made later sort later, so an index on them grows at its end."""
    return uuid.UUID(int=uuid6.uuid7().int)
