"""Scene packs: load, check, publish, catalogue. Other apps use acts.py and reads.py alone."""
