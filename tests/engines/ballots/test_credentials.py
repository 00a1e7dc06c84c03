"""Voting credentials: read back as written, a wrong character is told, the secret is that of the reference derivation."""

import hashlib

import pytest

from mingtang.engines import ballots


def test_a_credential_is_read_as_it_was_written():
    """With or without hyphens and blanks; all differ."""
    made = {ballots.new_credential() for _ in range(200)}
    assert len(made) == 200
    for text in made:
        assert ballots.read_credential(text) == ballots.read_credential(" " + text.replace("-", " ")) == text
        assert [len(part) for part in text.split("-")] == [5, 6, 5, 6]


def test_a_wrong_character_is_told():
    """One letter changed to another is found but for two of 57 at a place; what is no credential is refused."""
    text, missed = ballots.new_credential().replace("-", ""), 0
    for i in range(21):
        for other in "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz":
            if other != text[i]:
                try:
                    ballots.read_credential(text[:i] + other + text[i + 1:])
                    missed += 1
                except ballots.BadCredential:
                    pass
    assert missed <= 21 * 2
    for bad in ("", "abc", text + "1", text[:-2] + "0O", "x" * 1000, "\x00" * 22):
        with pytest.raises(ballots.BadCredential):
            ballots.read_credential(bad)


def test_the_secret_is_derived_from_election_and_credential():
    """Two SHA-256 after one another, modulo the order; another election gives another secret."""
    kind, text = ballots.group("Ed25519"), ballots.new_credential()
    digest = hashlib.sha256(f"derive_credential|uuid|0|{text}".encode()).digest() + hashlib.sha256(f"derive_credential|uuid|1|{text}".encode()).digest()
    assert ballots.credential_secret(kind, "uuid", text.replace("-", "")) == int.from_bytes(digest) % kind.q
    assert ballots.credential_secret(kind, "other", text) != ballots.credential_secret(kind, "uuid", text)
