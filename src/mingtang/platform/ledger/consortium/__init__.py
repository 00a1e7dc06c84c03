"""The consortium: several agencies keep one log together, ordered by CometBFT. Spec: docs/specs/consortium.md."""
