"""Consent for programs, by the individual's part of GovStack's Consent building block (version 1.1): an *agreement* is a purpose that rests on consent.

The individual is who stands behind the session (card, helper, counter); no identity travels in a header or a query. Errors have the house's one shape.
Not offered: configuration (agencies publish declarations), verification by data consumers (the gateway verifies each asking itself), audit trackers (the
public log is one).
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from ninja import NinjaAPI, Schema, Status
from ninja.errors import ValidationError
from ninja.responses import NinjaJSONEncoder

from mingtang.kernel import MingtangError, canonical_json
from mingtang.kernel.access import access
from mingtang.platform.exchange import acts, reads, visitors
from mingtang.platform.exchange.faults import NoSuchConsent

api = NinjaAPI(title="Mingtang consent", version="1", urls_namespace="exchange-api", docs_url=None, openapi_url=None)


class Choice(Schema):
    """What an update may change: only taking the consent back."""

    opt_in: bool


@api.exception_handler(MingtangError)
def _told(request: HttpRequest, fault: MingtangError) -> JsonResponse:
    return JsonResponse({"error": fault.as_dict(get_language() or "zh-hans")}, status=fault.status)


@api.exception_handler(ValidationError)
def _misshapen(request: HttpRequest, fault: ValidationError) -> JsonResponse:
    first = fault.errors[0] if fault.errors else {}
    path = ".".join(str(part) for part in first.get("loc", ())[1:])
    error = {"code": "exchange.bad_request", "message": first.get("msg", ""), "path": path, "next": ""}
    return JsonResponse({"error": error}, status=422, encoder=NinjaJSONEncoder)


@api.get("service/policy/{policy_id}/", summary="The policy of a purpose, with its revision")
@access("public")
def policy(request: HttpRequest, policy_id: str) -> list[dict[str, Any]]:
    """Policy and Revision; the revision's snapshot is the purpose as ODRL 2.2."""
    spec, odrl = reads.purpose(policy_id), reads.policy(policy_id)
    fixed, at = reads.purpose_version(policy_id)
    told = {
        "id": spec.code,
        "name": spec.titles.en,
        "version": fixed,
        "url": f"{odrl['uid']}/policy",
        "jurisdiction": "CN",
        "data_retention_period_days": spec.retention_days,
        "storage_location": "CN",
    }
    return [told, _revision(fixed, "policy", spec.code, odrl, at.isoformat())]


@api.get("service/purpose/{purpose_id}/", summary="What a purpose is for")
@access("public")
def purpose(request: HttpRequest, purpose_id: str) -> list[dict[str, Any]]:
    """AgreementPurpose."""
    spec = reads.purpose(purpose_id)
    return [{"id": spec.code, "name": spec.titles.en, "description": spec.text.en, "hash": reads.purpose_version(purpose_id)[0]}]


@api.get("service/agreement/{agreement_id}/agreementdata/", summary="Which data an agreement is about")
@access("public")
def agreement_data(request: HttpRequest, agreement_id: str) -> list[dict[str, Any]]:
    """AgreementData: one entry a field or predicate."""
    spec = reads.purpose(agreement_id)
    fields = [
        {"id": f"{source}.{name}", "name": name, "sensitivity": _level(source, name)}
        for source, names in spec.allowed.items()
        for name in names
    ]
    return fields + [
        {"id": f"{p.source}:{p.name}", "name": p.titles.en, "sensitivity": "yes or no only"} for p in spec.predicates.values()
    ]


@api.post(
    "service/individual/record/agreement/{agreement_id}/", summary="Consent to an agreement", response={200: list[dict[str, Any]]}
)
@access("link")
def create_record(request: HttpRequest, agreement_id: str) -> Status:
    """A new ConsentRecord with its Revision; sealed."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    made = acts.consent(visitor.ref, agreement_id, visitor.actor)
    return Status(200, _record(reads.consent(made.id, visitor.ref)))


@api.get("service/individual/record/agreement/{agreement_id}/", summary="My consent to an agreement")
@access("link")
def read_record(request: HttpRequest, agreement_id: str) -> dict[str, Any]:
    """The newest ConsentRecord; ``opt_in`` says whether it holds now."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    found = next((view for view in reads.consents(visitor.ref) if view.purpose == agreement_id), None)
    if found is None:
        raise NoSuchConsent()
    return _record(found)[0]


@api.put("service/individual/record/consentrecord/{record_id}/", summary="Take a consent back")
@access("link")
def update_record(request: HttpRequest, record_id: UUID, choice: Choice) -> list[dict[str, Any]]:
    """With ``opt_in`` false it is withdrawn, now; with true nothing changes: a consent is given anew by POST."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    if not choice.opt_in:
        acts.withdraw(record_id, visitor.ref, visitor.actor)
    return _record(reads.consent(record_id, visitor.ref))


def _record(view: reads.ConsentView) -> list[dict[str, Any]]:
    fixed = view.record["processing"][0]["purpose"]["hash"]
    revision = _revision(
        f"{view.id}#{len(view.record['events'])}",
        "consentrecord",
        str(view.id),
        view.record,
        view.record["events"][-1]["event_time"],
    )
    told = {
        "id": str(view.id),
        "agreement": {"id": view.purpose, "version": fixed, "lifecycle": {"id": "use", "name": "Use"}},
        "opt_in": view.holds,
        "state": "signed",
        "expires_at": view.expires_at.isoformat(),
        "individual": {"id": view.record["pii_principal_id"]},
    }
    return [told, revision]


def _revision(ident: str, schema: str, about: str, snapshot: dict[str, Any], at: str) -> dict[str, Any]:
    return {
        "id": ident,
        "schema": schema,
        "object_id": about,
        "serialized_snapshot": canonical_json(snapshot).decode(),
        "timestamp": at,
    }


def _level(source: str, name: str) -> str:
    found = next((spec for spec in reads.sources() if spec.code == source), None)
    return f"class {found.fields[name].level} of 4" if found and name in found.fields else ""
