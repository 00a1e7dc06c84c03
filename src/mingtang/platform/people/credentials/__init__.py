"""Credentials that people keep themselves: issued over OpenID4VCI, shown over OpenID4VP. Spec: docs/specs/credentials.md."""
