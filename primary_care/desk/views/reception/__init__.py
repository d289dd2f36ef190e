"""The pages of the way through the Puskesmas: who arrives, who waits where, one person on the way, what was agreed for another day."""
