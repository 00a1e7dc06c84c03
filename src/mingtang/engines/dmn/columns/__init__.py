"""Deciding a whole population at once: a model's facts and values as numpy columns.

Exact: a number is an integer under a scale and a null mask; where 64 bits could be left, the column is refused.
"""
