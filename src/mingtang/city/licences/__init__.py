"""The office of electronic licences: a person takes her own from the registers, sees where they stand, and suspends or ends them."""
