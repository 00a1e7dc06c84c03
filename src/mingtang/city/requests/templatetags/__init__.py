"""Template tags of this office."""
