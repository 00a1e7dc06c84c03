"""Agency logs: transparency logs beside the city's own, each with its own origin, key and file. Spec: docs/specs/ledger-store.md."""
