"""The pages about units: where care is given, whom they serve, who coordinates whom, with whom they work."""
