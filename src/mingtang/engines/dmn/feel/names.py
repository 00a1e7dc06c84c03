"""Names of the built-in functions, known to the parser because many of them have spaces."""

from __future__ import annotations

BUILTIN_NAMES = (
    "date", "time", "date and time", "number", "string", "duration", "years and months duration", "not", "substring", "string length", "upper case",
    "lower case", "substring before", "substring after", "replace", "contains", "starts with", "ends with", "matches", "split", "string join",
    "list contains", "count", "min", "max", "sum", "mean", "all", "any", "sublist", "append", "concatenate", "insert before", "remove",
    "list replace", "reverse", "index of", "union", "distinct values", "flatten", "product", "median", "stddev", "mode", "decimal", "floor",
    "ceiling", "round up", "round down", "round half up", "round half down", "abs", "modulo", "sqrt", "log", "exp", "odd", "even", "before",
    "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after", "finishes", "finished by", "includes", "during", "starts",
    "started by", "coincides", "range", "day of year", "day of week", "month of year", "week of year", "sort", "get value", "get entries",
    "context", "context put", "context merge", "is", "now", "today", "@",
    # properties with spaces
    "time offset", "start included", "end included",
)
