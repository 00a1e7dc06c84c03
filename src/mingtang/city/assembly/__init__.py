"""The assembly: proposals with action lists, put to the vote, executed by their result; budgets counted, opinions mapped. Spec: docs/specs/assembly.md."""
