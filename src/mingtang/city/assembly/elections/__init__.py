"""Elections of a neighbourhood: secret ballots that anyone can recount, and a result that executes itself. Spec: docs/specs/elections.md."""
