"""Mingtang (明堂): an open platform on which a city runs its digital government.

Every act of government leaves a receipt that the person concerned can check.
"""

__version__ = "0.1.0"
