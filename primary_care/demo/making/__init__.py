"""The generator of made-up people: NumPy columns, seeded, no database and no clock. `blocks.make` is the way in."""
