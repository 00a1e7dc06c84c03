"""Matters on their way: state graph, tasks, deadlines, escalation, outbox. Other apps use acts.py and reads.py alone."""
