"""Tables of the answer-on-complaint office.

The row of a request holds its present state only, lean enough for a million of them; its history is its acts (ledger) and its
case (cases). Personal data (the text as written, the address, how to reach the reporter) stands here and in the vault,
never in the log: the log holds salted digests of the fields named in ``SEALED``. Rows of other apps are named by their public
codes: a unit's code, an official's code, an act's identifier.
"""

from __future__ import annotations

from django.db import models

OPEN_STATES = ("dispatching", "sent", "handling", "returning", "parked")
STATES = (*OPEN_STATES, "replied", "closed")


class Request(models.Model):
    """One request of a resident: what it says, who must answer it, by when, and how it ended."""

    number = models.CharField(max_length=20, unique=True)
    secret = models.CharField(max_length=64)  # SHA-256 of the secret in the resident's link
    text = models.TextField()  # as written; personal
    public_text = models.TextField()  # masked
    address = models.CharField(max_length=300, blank=True)  # as written; personal
    language = models.CharField(max_length=10, default="zh-hans")
    category = models.CharField(max_length=60)
    urgency = models.CharField(max_length=12)  # emergency, supply, ordinary, complex
    district = models.CharField(max_length=32, blank=True)
    street = models.CharField(max_length=32, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    unit = models.CharField(max_length=32, blank=True)  # who handles it now
    lead_unit = models.CharField(max_length=32, blank=True)  # who first accepted it: answers for it to the end
    officer = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12)
    month = models.PositiveIntegerField()  # 202603: the month of filing in the city's time, by which the rates are counted
    channel = models.CharField(max_length=20, default="web")
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    anonymous = models.BooleanField(default=True)
    attributes = models.JSONField(default=dict)
    limits = models.JSONField(default=dict)  # each limit with its due time, rule version and calendar

    filed_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    first_contact_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    due = models.DateTimeField(null=True)  # the limit that runs now: dispatch, feedback, review or confirmation
    feedback_due = models.DateTimeField(null=True)

    reply = models.TextField(blank=True)  # the last reply, as the resident reads it
    public_reply = models.TextField(blank=True)  # masked
    responded = models.BooleanField(null=True)  # replied within the limit; None while neither replied nor overdue
    confirmation = models.CharField(max_length=8, blank=True)  # "", "given", "expired"
    contacted = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    comment = models.TextField(blank=True)  # the resident's; personal

    level = models.PositiveSmallIntegerField(default=0)  # highest escalation reached: 1 officer, 2 head, 3 supervision, 4 city
    overdue = models.BooleanField(default=False)
    supervised = models.BooleanField(default=False)
    parked = models.BooleanField(default=False)
    excluded = models.BooleanField(default=False)
    extended = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    reopened = models.PositiveSmallIntegerField(default=0)

    SEALED = (
        "number",
        "text",
        "public_text",
        "address",
        "category",
        "urgency",
        "district",
        "street",
        "unit",
        "lead_unit",
        "officer",
        "state",
        "month",
        "source",
        "external_id",
        "limits",
        "filed_at",
        "dispatched_at",
        "accepted_at",
        "first_contact_at",
        "replied_at",
        "closed_at",
        "feedback_due",
        "reply",
        "public_reply",
        "responded",
        "confirmation",
        "contacted",
        "solved",
        "satisfied",
        "comment",
        "level",
        "overdue",
        "supervised",
        "parked",
        "excluded",
        "extended",
        "paused",
        "reopened",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~models.Q(external_id=""), name="request_external"
            ),
        ]
        indexes = [
            # The desk: what is open at a unit, the most urgent first. Small, for closed requests are not in it.
            models.Index(fields=["unit", "due", "id"], condition=models.Q(closed_at=None), name="request_desk"),
            models.Index(fields=["due", "id"], condition=models.Q(closed_at=None), name="request_board"),
            # Public lists go from the newest month and row backwards, whole or along one dimension.
            models.Index(fields=["month", "id"], name="request_month"),
            models.Index(fields=["unit", "month", "id"], name="request_unit"),
            models.Index(fields=["category", "month", "id"], name="request_category"),
            models.Index(fields=["street", "month", "id"], name="request_street"),
            models.Index(fields=["district", "month", "id"], name="request_district"),
            models.Index(fields=["filed_at", "id"], name="request_filed"),
            models.Index(fields=["month", "id"], condition=models.Q(overdue=True), name="request_overdue"),
            models.Index(fields=["month", "id"], condition=models.Q(parked=True), name="request_parked"),
            models.Index(fields=["month", "id"], condition=models.Q(excluded=True), name="request_excluded"),
            models.Index(fields=["month", "id"], condition=models.Q(supervised=True), name="request_supervised"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        """The name of this request in the ledger and in cases."""
        return f"requests/{self.number}"


class Contact(models.Model):
    """How to reach a reporter who gave a name, telephone or e-mail; kept apart so that it can be erased on its own."""

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=200, blank=True)
    account = models.CharField(max_length=120, blank=True)


class Photo(models.Model):
    """A picture that came with a request, kept under its content's hash; public only after an official released it."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="photos")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    url = models.CharField(
        max_length=500, blank=True
    )  # a picture held elsewhere, named by a client of Open311; never fetched by us
    released = models.BooleanField(default=False)

    SEALED = ("sha256", "media_type", "size", "url", "released")


class Update(models.Model):
    """One public step of a request after its filing: what the progress page and servicerequestupdates show. Append-only."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="updates")
    at = models.DateTimeField()
    verb = models.CharField(max_length=40)  # "reply", "accept", "escalate", ...
    state = models.CharField(max_length=12)
    unit = models.CharField(max_length=32, blank=True)
    text = models.TextField(blank=True)  # masked
    external_status = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, blank=True)  # the update's identifier at an outside client
    act = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at", "id"], name="update_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "external_id"], condition=~models.Q(external_id=""), name="update_external"
            ),
        ]


class Proposal(models.Model):
    """What takes two officials: a return to the desk or an exclusion from the rates, proposed by one and decided by another."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=12)  # "return", "exclusion"
    ground = models.CharField(max_length=40, blank=True)
    reason = models.TextField()
    target = models.CharField(max_length=32, blank=True)  # for a return: who should have it instead
    unit = models.CharField(max_length=32, blank=True)  # the unit that proposes
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    decision = models.TextField(blank=True)

    SEALED = (
        "kind",
        "ground",
        "reason",
        "target",
        "unit",
        "proposed_by",
        "proposed_at",
        "decided_by",
        "decided_at",
        "approved",
        "decision",
    )

    class Meta:
        indexes = [models.Index(fields=["kind", "id"], condition=models.Q(decided_at=None), name="proposal_open")]
        constraints = [
            models.UniqueConstraint(fields=["request", "kind"], condition=models.Q(decided_at=None), name="proposal_one_open"),
        ]


class Joint(models.Model):
    """A department called to the place by the unit in charge (whistle and report): due to arrive by a set time; both sides
    are scored.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="joints")
    unit = models.CharField(max_length=32)
    called_by = models.CharField(max_length=32)
    caller = models.CharField(max_length=40)
    reason = models.TextField()
    called_at = models.DateTimeField()
    arrive_by = models.DateTimeField()
    rule = models.CharField(max_length=120)  # the rule version that gave arrive_by
    arrived_at = models.DateTimeField(null=True)
    arrived = models.CharField(max_length=40, blank=True)  # the official who came
    in_time = models.BooleanField(null=True)
    found = models.TextField(blank=True)
    score_of_called = models.PositiveSmallIntegerField(null=True)  # 0..100, given by the calling unit
    score_of_caller = models.PositiveSmallIntegerField(null=True)  # 0..100, given by the called department

    SEALED = (
        "unit",
        "called_by",
        "caller",
        "reason",
        "called_at",
        "arrive_by",
        "rule",
        "arrived_at",
        "arrived",
        "in_time",
        "found",
        "score_of_called",
        "score_of_caller",
    )

    class Meta:
        indexes = [models.Index(fields=["unit", "arrive_by"], condition=models.Q(arrived_at=None), name="joint_awaited")]
        constraints = [models.UniqueConstraint(fields=["request", "unit"], name="joint_once_a_unit")]


class Halt(models.Model):
    """A time in which a limit does not run: a pause on a ground that the rules name, or parking until a review date."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="halts")
    kind = models.CharField(max_length=8)  # "pause", "park"
    ground = models.CharField(max_length=40, blank=True)
    reason = models.TextField()
    by = models.CharField(max_length=40)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()  # the cap of a pause, the review date of a parked matter
    ended_at = models.DateTimeField(null=True)
    review_missed = models.BooleanField(default=False)

    SEALED = ("kind", "ground", "reason", "by", "begun_at", "until", "ended_at", "review_missed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request"], condition=models.Q(ended_at=None), name="halt_one_open")]


class Counters(models.Model):
    """The nine counts from which the rates come; ``tally.contribution`` says what one request adds to each."""

    filed = models.IntegerField(default=0)
    due = models.IntegerField(default=0)
    responded = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    solved = models.IntegerField(default=0)
    satisfied = models.IntegerField(default=0)
    unconfirmed = models.IntegerField(default=0)
    overdue = models.IntegerField(default=0)
    parked = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Tally(Counters):
    """Counters of the rates, one row for each dimension, key, month and whether excluded; the sum of ``contribution`` over
    requests.
    """

    dimension = models.CharField(max_length=10)  # "city", "district", "street", "unit", "category"
    key = models.CharField(max_length=60)
    month = models.PositiveIntegerField()
    excluded = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dimension", "month", "key", "excluded"], name="tally_cell")]


class TallyChange(Counters):
    """A change to the counters, written with the act that caused it and folded into ``Tally`` later, so that acts never wait
    for one row.
    """

    month = models.PositiveIntegerField()
    district = models.CharField(max_length=32, blank=True)
    street = models.CharField(max_length=32, blank=True)
    unit = models.CharField(max_length=32, blank=True)
    category = models.CharField(max_length=60)
    excluded = models.BooleanField(default=False)


class ImportRun(models.Model):
    """One import of a file: how far it came, so that it can go on, and what came of its rows."""

    file_hash = models.CharField(max_length=64)
    map_hash = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    rows_done = models.PositiveIntegerField(default=0)
    filed = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file_hash", "map_hash"], name="import_run_once")]


class QuarantinedRow(models.Model):
    """A row of an import that could not be taken, with the reason; never lost."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="bad_rows")
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    reason = models.TextField()
    content = models.JSONField()  # the row as read; personal

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="quarantined_once")]


class ApiKey(models.Model):
    """A key by which an agency's system posts requests and updates through Open311; only its hash is kept."""

    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=32, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    SEALED = ("name", "unit", "sha256", "made_at", "revoked_at")
