"""Learning the category suggestion from labelled messages. Spec: docs/specs/learn.md."""
