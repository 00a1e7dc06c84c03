"""Residents, officials, agencies, roles, sign-in, delegation. Other apps use acts.py and reads.py alone."""
