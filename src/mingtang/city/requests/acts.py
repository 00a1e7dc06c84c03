"""What may be done with a request: the door of this office for acts. Each is one transaction and one seal (filing: two).

Example::

    filed = acts.file(Filing(text="小区停水三天了", place=Place(street="MZ-D1-S2")), Actor("resident"))
    acts.accept(filed.number, officer)
    acts.reply(filed.number, "水管已修好，今天 18 时恢复供水。", officer)
    acts.confirm(filed.number, filed.secret, contacted=True, solved=True, satisfied=True)
"""

from mingtang.city.requests.acts_confirm import confirm, reopen
from mingtang.city.requests.acts_file import file, file_many
from mingtang.city.requests.acts_forget import forget
from mingtang.city.requests.acts_halt import park, pause, resume, unpark
from mingtang.city.requests.acts_handle import accept, contact, dispatch, extend, note, release_photo, reply
from mingtang.city.requests.acts_joint import arrive, call_joint, score_joint
from mingtang.city.requests.acts_two import approve_exclusion, approve_return, propose_exclusion, propose_return
from mingtang.city.requests.escalation import escalate, expire_confirmation, review_parked
from mingtang.city.requests.filing import Attachment, Filed, Filing, Place, Reporter, Settled

__all__ = [
    "Attachment",
    "Filed",
    "Filing",
    "Place",
    "Reporter",
    "Settled",
    "accept",
    "approve_exclusion",
    "approve_return",
    "arrive",
    "call_joint",
    "confirm",
    "contact",
    "dispatch",
    "escalate",
    "expire_confirmation",
    "extend",
    "file",
    "file_many",
    "forget",
    "note",
    "park",
    "pause",
    "propose_exclusion",
    "propose_return",
    "release_photo",
    "reopen",
    "reply",
    "resume",
    "review_parked",
    "score_joint",
    "unpark",
]
