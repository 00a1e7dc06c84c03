"""The escrow office: money set aside when voting opens, bound by the result, released by accepted work. Spec: docs/specs/escrow.md."""
