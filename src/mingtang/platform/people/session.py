"""How Django finds the official of a session."""

from __future__ import annotations

from mingtang.platform.people.models import Official


class OfficialSession:
    """Gives the active official behind a session; proves nobody by itself (see sign_in.py and passkeys.py)."""

    def authenticate(self, request, **credentials):
        """Prove nobody: credentials are proven by the sign-in pages alone."""
        return None

    def get_user(self, user_id):
        """The active official with the key, else none."""
        return Official.objects.filter(pk=user_id, is_active=True).first()
