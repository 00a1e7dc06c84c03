"""What the city does, one Django app an office. Offices stand on the platform and never import each other."""
