"""Sources, purposes, consent and the log of every look at personal data. Other apps use acts.py and reads.py alone."""
