"""Areas from files: codes and names (CSV), borders (GeoJSON)."""
