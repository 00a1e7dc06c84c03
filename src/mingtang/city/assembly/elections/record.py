"""The record of an election: its description, its archive, and what two independent verifiers say of it.

The archive is written anew from the rows each time, byte for byte the same, and only ever longer: an earlier one is its beginning.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings

from mingtang.city.assembly.elections.faults import VerifiersDisagree
from mingtang.city.assembly.elections.models import CastBallot, Election, Trustee
from mingtang.engines import ballots

_SECONDS = 3600
VERIFIER = Path(settings.PACKAGE).parents[1] / "verify" / "election.py"


def describe(row: Election, keys: list[str]) -> str:
    """The text that is fingerprinted: titles, questions, rule and the hash of the action list, over the trustees' joint key."""
    kind = ballots.group(row.group)
    listed = ballots.read_trustees(kind, ballots.compact([["Single", json.loads(key)] for key in keys]))
    description = {"zh": row.title_zh, "en": row.title_en, "unit": row.unit, "action_list": row.binding, "rule": row.rule, "electorate": row.electorate,
                   "opens": row.opens.isoformat(), "closes": row.closes.isoformat(), "objection_hours": row.objection_hours}
    questions = [ballots.Question(both(q["zh"], q["en"]), tuple(both(*a) for a in q["answers"]), q["min"], q["max"], q["blank"]) for q in row.questions]
    return ballots.Election.new(name=both(row.title_zh, row.title_en), description=ballots.compact(description), group_name=row.group,
                                public_key=ballots.joint_key(kind, listed), questions=questions, uuid=row.uuid).text


def both(zh: str, en: str) -> str:
    """A text in both languages as one, for the format has one text."""
    return f"{zh} / {en}" if zh != en else zh


def election_of(row: Election) -> ballots.Election:
    """The election as the engine reads it."""
    return ballots.Election.parse(row.text)


def archive(row: Election) -> bytes:
    """The ``.bel`` archive so far."""
    writer = ballots.ArchiveWriter(int(row.opened_at.timestamp()))
    trustees = list(Trustee.objects.filter(election=row.code).order_by("number"))
    setup = {"election": writer.add_data(row.text), "trustees": writer.add_data(trustees_text(trustees)), "credentials": writer.add_data(row.credentials)}
    writer.add_event("Setup", writer.add_data(ballots.compact(setup)))
    for raw in CastBallot.objects.filter(election=row.code).order_by("sequence").values_list("raw", flat=True):
        writer.add_event("Ballot", writer.add_data(raw))
    if row.state in ("planned", "open"):
        return writer.data()
    writer.add_event("EndBallots")
    sized, tally = sized_tally(row)
    writer.add_event("EncryptedTally", writer.add_data(ballots.compact({**sized, "encrypted_tally": writer.add_data(tally)})))
    if "counts" not in (row.result or {}):
        return writer.data()
    for one in trustees:
        writer.add_event("PartialDecryption", writer.add_data(ballots.compact({"owner": one.number, "payload": writer.add_data(one.share)})))
    writer.add_event("Result", writer.add_data(ballots.compact({"result": row.result["counts"]})))
    return writer.data()


def trustees_text(trustees: list[Trustee]) -> str:
    """The trustees as the archive lists them."""
    return ballots.compact([["Single", json.loads(one.key)] for one in trustees])


def tally_of(row: Election) -> tuple[list, int]:
    """The encrypted tally and how many ballots are in it: the last one of each credential."""
    election = election_of(row)
    last: dict[str, str] = dict(CastBallot.objects.filter(election=row.code).order_by("sequence").values_list("credential", "raw"))
    counted = [ballots.read_ballot(election, raw) for raw in last.values()]
    return ballots.encrypted_tally(election, counted, {one.credential: 1 for one in counted}), len(counted)


def sized_tally(row: Election) -> tuple[dict, str]:
    """The tally's numbers and its text, as kept when voting closed."""
    kept = row.result or {}
    tally, count = (kept["tally"], kept["counted"]) if "tally" in kept else _reckoned(row)
    return {"num_tallied": count, "total_weight": count}, tally


def _reckoned(row: Election) -> tuple[str, int]:
    tally, count = tally_of(row)
    return ballots.write_tally(ballots.group(row.group), tally), count


def verified(row: Election) -> list[str]:
    """The verifiers that accept the record, both, with no more voters than credentials handed out; raises VerifiersDisagree naming the one that does not.

    The first is the engine, the second ``verify/election.py`` in a process of its own, which shares no code with it.
    """
    if row.result["counted"] > row.result["handed_out"]:
        raise VerifiersDisagree(reason=f"{row.result['counted']} > {row.result['handed_out']}")
    data = archive(row)
    try:
        verdict = ballots.verify(data)
    except ballots.RefusedBallot as fault:
        raise VerifiersDisagree(reason=f"engine: {fault.details.get('check', '')}") from None
    second = _second(data)
    if verdict.counts != row.result["counts"] or second != verdict.counts:
        raise VerifiersDisagree(reason="counts")
    return ["mingtang.engines.ballots", "verify/election.py"]


def _second(data: bytes) -> list[list[int]]:
    if not VERIFIER.exists():
        raise VerifiersDisagree(reason="verify/election.py is not there")
    with tempfile.NamedTemporaryFile(suffix=".bel") as file:
        file.write(data)
        file.flush()
        try:
            done = subprocess.run([sys.executable, "-I", str(VERIFIER), file.name, "--json"], capture_output=True, timeout=_SECONDS, check=False)
            told = json.loads(done.stdout)
        except (ValueError, OSError, subprocess.SubprocessError):
            raise VerifiersDisagree(reason="verify/election.py") from None
    if done.returncode or told.get("verdict") != "accepted":
        raise VerifiersDisagree(reason=f"verify/election.py: {str(told.get('failed'))[:80]}")
    return told["counts"]
