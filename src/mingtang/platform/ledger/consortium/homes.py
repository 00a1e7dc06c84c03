"""A member's folder: its keys, its public member file, and the engine's own files.

    keys/agency, keys/log, keys/witness     32-byte seeds, readable by their owner alone
    member.json                             the public part, to be handed to the other members (adds the engine's identity and address)
    engine/config, engine/data              what the engine reads and keeps (config.toml, genesis.json, its two keys)
    log.sqlite3, cosigned.sqlite3           the state, and what was cosigned last

``create`` makes the keys; ``found`` writes the genesis file once all member files are gathered: every member must write the same one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey

from mingtang.engines.tlog import COSIGNATURE_KEY, NOTE_KEY, SignerKey
from mingtang.platform.ledger.consortium.faults import HomeRefused, RosterRefused
from mingtang.platform.ledger.consortium.roster import Member, Roster

_ADDRESS = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,200}:[0-9]{1,5}")
_NODE = re.compile(r"[0-9a-f]{40}")
BLOCK_BYTES = 8 << 20
# Any time in the past will do: block times are the median of the members' clocks from the first block on.
_FOUNDED = "2026-01-01T00:00:00Z"
_USES = ("agency", "log", "witness")


@dataclass(frozen=True, slots=True)
class Peer:
    """A member and where its engine listens."""

    member: Member
    node: str
    address: str

    def as_dict(self) -> dict[str, str]:
        """The member file."""
        return {**self.member.as_dict(), "node": self.node, "address": self.address}

    @classmethod
    def from_dict(cls, data: Any) -> Peer:
        """Read a member file; raises RosterRefused."""
        member = Member.from_dict(data)
        node, address = data.get("node"), data.get("address")
        if (
            not isinstance(node, str)
            or not isinstance(address, str)
            or not _NODE.fullmatch(node)
            or not _ADDRESS.fullmatch(address)
        ):
            raise RosterRefused(reason="address")
        return cls(member, node, address)


class Home:
    """One member's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def engine(self) -> Path:
        """The engine's home."""
        return self.folder / "engine"

    def create(self, name: str, origin: str, address: str) -> Peer:
        """Make the keys and the member file, where there are none yet. Raises RosterRefused, HomeRefused."""
        if (self.folder / "member.json").exists():
            raise HomeRefused(folder=self.folder.name, reason="there is a member already")
        for place in ("keys", "engine/config", "engine/data"):
            (self.folder / place).mkdir(parents=True, exist_ok=True, mode=0o700)
        validator, node = SigningKey.generate(), SigningKey.generate()
        for use in _USES:
            self._private(f"keys/{use}", secrets.token_bytes(32))
        agency = self.agency_key()
        log, witness = self._signer("log", origin, NOTE_KEY), self._signer("witness", f"{origin}/{name}", COSIGNATURE_KEY)
        member = Member(name, bytes(agency.verify_key), bytes(validator.verify_key), log.verifier, witness.verifier)
        peer = Peer.from_dict(Peer(member, hashlib.sha256(bytes(node.verify_key)).hexdigest()[:40], address).as_dict())
        self._private(
            "engine/config/priv_validator_key.json",
            json.dumps(
                {
                    "address": member.address.hex().upper(),
                    "pub_key": {"type": "tendermint/PubKeyEd25519", "value": _text(bytes(validator.verify_key))},
                    "priv_key": {
                        "type": "tendermint/PrivKeyEd25519",
                        "value": _text(bytes(validator) + bytes(validator.verify_key)),
                    },
                }
            ),
        )
        self._private(
            "engine/config/node_key.json",
            json.dumps({"priv_key": {"type": "tendermint/PrivKeyEd25519", "value": _text(bytes(node) + bytes(node.verify_key))}}),
        )
        self._private("engine/data/priv_validator_state.json", json.dumps({"height": "0", "round": 0, "step": 0}))
        (self.folder / "member.json").write_text(json.dumps(peer.as_dict(), indent=1) + "\n")
        return peer

    def found(self, origin: str, peers: list[Peer]) -> Roster:
        """Write the genesis file of these members: the same members give the same bytes. Raises RosterRefused, HomeRefused."""
        listed = sorted(peers, key=lambda peer: peer.member.name)
        roster = Roster.of(origin, [peer.member for peer in listed])
        genesis = {
            "genesis_time": _FOUNDED,
            "chain_id": "mingtang-" + hashlib.sha256(bytes(roster)).hexdigest()[:16],
            "initial_height": "1",
            "consensus_params": {
                "block": {"max_bytes": str(BLOCK_BYTES), "max_gas": "-1"},
                "evidence": {"max_age_num_blocks": "100000", "max_age_duration": "172800000000000", "max_bytes": "1048576"},
                "validator": {"pub_key_types": ["ed25519"]},
                "version": {"app": "0"},
                "abci": {"vote_extensions_enable_height": "1"},
            },
            "validators": [
                {
                    "address": member.address.hex().upper(),
                    "name": member.name,
                    "power": "1",
                    "pub_key": {"type": "tendermint/PubKeyEd25519", "value": _text(member.validator)},
                }
                for member in roster.members
            ],
            "app_hash": "",
            "app_state": json.loads(bytes(roster)),
        }
        path, text = self.engine / "config" / "genesis.json", json.dumps(genesis, indent=1) + "\n"
        if path.exists() and path.read_text() != text:
            raise HomeRefused(folder=self.folder.name, reason="it belongs to a consortium already")
        path.write_text(text)
        (self.folder / "peers.json").write_text(json.dumps([peer.as_dict() for peer in listed], indent=1) + "\n")
        return roster

    def forget(self) -> None:
        """Throw the log and the engine's blocks away, to get them again from the others. What was signed and cosigned last is remembered."""
        for place in self.engine.joinpath("data").iterdir():
            if place.name != "priv_validator_state.json":
                shutil.rmtree(place) if place.is_dir() else place.unlink()
        for path in self.folder.glob("log.sqlite3*"):
            path.unlink()

    def peer(self) -> Peer:
        """This member; raises HomeRefused, RosterRefused."""
        return Peer.from_dict(self._json("member.json"))

    def peers(self) -> list[Peer]:
        """All members as they were when the consortium was founded or joined; raises HomeRefused, RosterRefused."""
        listed = self._json("peers.json")
        return [Peer.from_dict(one) for one in (listed if isinstance(listed, list) else [None])]

    def roster(self) -> Roster:
        """The members as the genesis file lists them; raises HomeRefused, RosterRefused."""
        found = self._json("engine/config/genesis.json")
        return Roster.parse(json.dumps(found.get("app_state") if isinstance(found, dict) else None).encode())

    def genesis_digest(self) -> str:
        """SHA-256 of the genesis file, for members to compare; raises HomeRefused."""
        try:
            return hashlib.sha256((self.engine / "config" / "genesis.json").read_bytes()).hexdigest()
        except OSError:
            raise HomeRefused(folder=self.folder.name, reason="genesis.json is missing") from None

    def agency_key(self) -> SigningKey:
        """The key that signs this agency's envelopes."""
        return SigningKey(self._seed("agency"))

    def log_key(self) -> SignerKey:
        """The key that signs checkpoints."""
        return self._signer("log", self.roster().origin, NOTE_KEY)

    def witness_key(self) -> SignerKey:
        """The key that cosigns checkpoints."""
        return self._signer("witness", self.peer().member.witness.name, COSIGNATURE_KEY)

    def _signer(self, use: str, name: str, kind: int) -> SignerKey:
        return SignerKey.from_seed(name, kind, self._seed(use))

    def _seed(self, use: str) -> bytes:
        try:
            seed = (self.folder / "keys" / use).read_bytes()
        except OSError:
            seed = b""
        if len(seed) != 32:
            raise HomeRefused(folder=self.folder.name, reason=f"keys/{use} is missing or broken")
        return seed

    def _private(self, place: str, data: bytes | str) -> None:
        with os.fdopen(os.open(self.folder / place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())

    def _json(self, place: str) -> Any:
        try:
            return json.loads((self.folder / place).read_text())
        except (OSError, ValueError, RecursionError):
            raise HomeRefused(folder=self.folder.name, reason=f"{place} is missing or broken") from None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
