"""Acts, receipts, vault, sequencer, published log. Other apps use acts.py and reads.py alone."""
