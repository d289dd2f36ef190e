"""Work that follows from what was found: checked again, referred, visited, until the facts close it."""
