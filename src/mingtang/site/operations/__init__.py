"""What keeps an installation alive: the worker's heartbeat, doctor, backup, restore, seeding."""
