"""The scenes for programs: catalogue, one scene with its form and facts, try a decision, have one made and sealed.

Answers are JSON; errors have the one shape ``{"error": {code, message, path, next}}``. Facts go through the same checks as a
person's answers. ``try`` has no effect and keeps nothing.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from ninja import NinjaAPI, Schema, Status
from ninja.errors import ValidationError
from ninja.responses import NinjaJSONEncoder
from pydantic import Field

from mingtang.kernel import MingtangError
from mingtang.kernel.access import access
from mingtang.platform.exchange import reads as exchange
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import reads as people
from mingtang.platform.scenes import acts, explain, gathering, reads
from mingtang.platform.scenes.answers import stated
from mingtang.platform.scenes.deciding import NothingToDecide, evaluate
from mingtang.platform.scenes.packs import Pack

api = NinjaAPI(title="Mingtang scenes", version="1", urls_namespace="scenes-api", docs_url=None, openapi_url=None)


class Asked(Schema):
    """Facts by name, and the day for which the decision is wanted (today where left out)."""

    facts: dict[str, Any] = Field(max_length=200)
    on: date | None = None


@api.exception_handler(MingtangError)
def _told(request: HttpRequest, fault: MingtangError) -> JsonResponse:
    return JsonResponse({"error": fault.as_dict(get_language() or "zh-hans")}, status=fault.status)


@api.exception_handler(ValidationError)
def _misshapen(request: HttpRequest, fault: ValidationError) -> JsonResponse:
    first = fault.errors[0] if fault.errors else {}
    path = ".".join(str(part) for part in first.get("loc", ())[1:])
    error = {"code": "scenes.bad_request", "message": first.get("msg", ""), "path": path, "next": ""}
    return JsonResponse({"error": error}, status=422, encoder=NinjaJSONEncoder)


@api.get("scenes", summary="Every scene in force")
@access("public")
def list_scenes(request: HttpRequest) -> list[dict[str, Any]]:
    """Name, titles, type, version, hash."""
    return [_brief(entry.pack) for entry in reads.catalogue()]


@api.get("scenes/{name}", summary="One scene: its form, facts, law, contracts")
@access("public")
def one_scene(request: HttpRequest, name: str) -> dict[str, Any]:
    """All that a program needs to ask the same questions as the page."""
    pack = reads.pack(name)
    return _brief(pack) | {
        "questions": [
            {
                "id": q.id,
                "fact": q.fact,
                "type": q.type,
                "titles": q.titles._asdict(),
                "hint": q.hint._asdict(),
                "required": q.required,
                "show_if": q.show_if,
                "options": [{"value": o.value, **o.titles._asdict()} for o in q.options],
            }
            for q in pack.questions
        ],
        "facts": [
            {
                "name": f.name,
                "type": f.type,
                "titles": f.titles._asdict(),
                "source": f.source,
                "purpose": f.purpose._asdict(),
                "basis": {"law": f.basis.law, **f.basis.article._asdict()} if f.basis else None,
                "protected": f.protected,
            }
            for f in pack.facts.values()
        ],
        "law": [
            {"id": law.id, "titles": law.titles._asdict(), "number": law.number, "date": law.date, "url": law.url}
            for law in pack.heading.law
        ],
        "contracts": {contract: pack.contract(contract).hash for contract in pack.contracts},
        "files": sorted(pack.files),
    }


@api.get("scenes/{name}/versions", summary="Every version that was published")
@access("public")
def versions(request: HttpRequest, name: str) -> list[dict[str, Any]]:
    """The latest first."""
    return [
        {"version": p.version, "hash": p.hash, "published_at": p.published_at, "act": p.act} for p in reads.publications(name)
    ]


@api.post("scenes/{name}/try", summary="What the contract would decide, with every reason; nothing is kept")
@access("public")
def try_decision(request: HttpRequest, name: str, asked: Asked) -> dict[str, Any]:
    """The same document as a decision's, without effect."""
    pack = _deciding(name)
    facts = stated(pack, asked.facts)
    if gathering.asks_of(pack):
        raise gathering.RegistersDecide(name=name[:60])
    outcome, day = evaluate(pack, facts, asked.on)
    return explain.document(pack, outcome, facts, day)


@api.post("scenes/{name}/decisions", summary="Have the contract decide; sealed, with a receipt", response={201: dict[str, Any]})
@access("public")
def make_decision(request: HttpRequest, name: str, asked: Asked) -> Status:
    """Answers with the decision's id, its secret (shown once), the act for the receipt, and the document."""
    pack = _deciding(name)
    facts = stated(pack, asked.facts)
    actor = people.actor(request)
    actor, gathered = Actor("resident") if actor.kind == "anonymous" else actor, None
    asks, visitor = gathering.asks_of(pack), exchange.visitor(request)
    if asks or (visitor is not None and visitor.by != "card"):
        visitor = exchange.visitor_needed(request, pack.name)
        actor = visitor.actor
    if asks:
        gathered = gathering.gather(pack, facts, visitor)
    decided = acts.decide(pack, facts, actor, on=asked.on, channel="web", gathered=gathered)
    return Status(201, {"id": decided.id, "secret": decided.secret, "act": decided.sealed.id, "decision": decided.document})


@api.get("decisions/{ident}/{secret}", summary="A decision again, with its secret")
@access("link")
def read_decision(request: HttpRequest, ident: UUID, secret: str) -> dict[str, Any]:
    """The document; null where it was erased."""
    view = reads.decision(ident, secret)
    return {"id": view.id, "act": view.act, "decision": view.document}


@access("public")
def openapi(request: HttpRequest) -> JsonResponse:
    """The description of this API."""
    return JsonResponse(api.get_openapi_schema(path_prefix="/scenes/api/"), encoder=NinjaJSONEncoder)


def _deciding(name: str) -> Pack:
    pack = reads.pack(name)
    if not pack.decides:
        raise NothingToDecide(name=name[:60])
    return pack


def _brief(pack: Pack) -> dict[str, Any]:
    heading = pack.heading
    return {
        "name": pack.name,
        "version": pack.version,
        "hash": pack.hash,
        "titles": heading.titles._asdict(),
        "summary": heading.summary._asdict(),
        "type": heading.type,
        "agency": heading.agency,
        "channels": heading.channels,
        "decides": pack.decides,
    }
