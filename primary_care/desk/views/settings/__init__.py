"""The pages on which a district sets what the decree leaves open: settings of areas, each with what a change would do."""
