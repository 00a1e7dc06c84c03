"""What follows when a resident shares data: check-ups, support at school, home care."""
