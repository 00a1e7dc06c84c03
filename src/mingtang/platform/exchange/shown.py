"""What the pages of the exchange show: plain dictionaries, words already in the person's language."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mingtang.kernel import CallerMistake
from mingtang.platform.exchange import reads
from mingtang.platform.exchange.declared import PurposeSpec, SourceSpec
from mingtang.platform.people import reads as people


def unit(code: str, language: str) -> str:
    """A unit's name; its code where the city does not know it."""
    try:
        return people.unit(code).name(language)
    except CallerMistake:
        return code


def outcome(code: str) -> str:
    """How an asking ended, in words."""
    return {
        "given": _("Handed out"),
        "none": _("No such record"),
        "refused": _("Refused"),
        "failed": _("The register failed"),
        "withheld": _("Fetched and thrown away"),
    }.get(code, code)


def ground(kind: str) -> str:
    """A kind of legal ground, in words."""
    return {
        "consent": _("Your consent"),
        "contract": _("A contract with you"),
        "statutory-duty": _("Duty under the law"),
        "emergency": _("Emergency"),
        "public-interest": _("Public interest"),
        "own-access": _("Your own right of access"),
    }.get(kind, kind)


def looks(found: list[reads.Look], language: str) -> list[dict[str, Any]]:
    """The list of who looked."""
    sources = {spec.code: spec for spec in reads.sources()}
    purposes = {spec.code: spec for spec in reads.purposes()}
    return [_look(look, sources.get(look.source), purposes.get(look.purpose), language) for look in found]


def _look(look: reads.Look, source: SourceSpec | None, purpose: PurposeSpec | None, language: str) -> dict[str, Any]:
    def field(name: str) -> str:
        return source.fields[name].titles.fill(language, {}) if source and name in source.fields else name

    def predicate(name: str) -> str:
        told = purpose.predicates[name].titles.fill(language, {}) if purpose and name in purpose.predicates else name
        return _("only whether: %(what)s") % {"what": told}

    by = unit(look.by, language) if look.by else _("You yourself") if look.ground_kind == "own-access" else _("Nobody known")
    return {
        "at": look.at,
        "by": by,
        "official": look.official,
        "helper": look.helper,
        "source": source.titles.fill(language, {}) if source else look.source,
        "purpose": purpose.titles.fill(language, {}) if purpose else reads.purpose_title(look.purpose, language),
        "what": [*map(field, look.fields), *map(predicate, look.predicates)],
        "ground": ground(look.ground_kind),
        "outcome": outcome(look.outcome),
        "given": look.outcome in ("given", "none"),
        "receipt": look.receipt,
    }


def purpose(spec: PurposeSpec, language: str) -> dict[str, Any]:
    """A purpose in full: what for, who, what, on which ground, how long."""
    sources = {one.code: one for one in reads.sources()}

    def field(source: str, name: str) -> str:
        known = sources.get(source)
        return known.fields[name].titles.fill(language, {}) if known and name in known.fields else name

    items = [
        {"source": _source(sources, source, language), "what": [field(source, name) for name in names]}
        for source, names in spec.allowed.items()
    ]
    items += [
        {
            "source": _source(sources, p.source, language),
            "what": [_("only whether: %(what)s") % {"what": p.titles.fill(language, {})}],
        }
        for p in spec.predicates.values()
    ]
    return {
        "code": spec.code,
        "title": spec.titles.fill(language, {}),
        "text": spec.text.fill(language, {}),
        "agency": unit(spec.agency, language),
        "callers": [_("You yourself") if caller == "self" else unit(caller, language) for caller in spec.callers],
        "items": items,
        "grounds": [
            {"kind": ground(g.kind), "law": g.law.fill(language, {}), "article": g.article.fill(language, {})}
            for g in spec.grounds.values()
        ],
        "consent": any(g.kind == "consent" for g in spec.grounds.values()),
        "single_use": spec.single_use,
        "days": spec.validity_days,
        "retention": spec.retention_days,
        "scope": spec.scope,
        "follows": spec.follows.fill(language, {}),
        "delay": {"days": spec.delay.days, "rule": spec.delay.rule.fill(language, {})} if spec.delay else None,
        "policy": reverse("exchange:policy", args=[spec.code]),
        "href": reverse("exchange:consent", args=[spec.code]),
    }


def _source(sources: dict[str, SourceSpec], code: str, language: str) -> str:
    return sources[code].titles.fill(language, {}) if code in sources else code


def scope(code: str) -> str:
    """A sharing scope in words."""
    return {"health": _("Health"), "education": _("Education"), "elder-care": _("Care for older people")}[code]


def rights(rows: list[reads.RightView], language: str) -> list[dict[str, Any]]:
    """Uses of rights, for the person or the agency."""
    states = {"open": _("waiting for the answer"), "done": _("done"), "refused": _("not done"), "erased": _("erased")}
    kinds = {"correct": _("Correction"), "explain": _("Explanation")}
    return [
        {
            "row": row,
            "kind": kinds.get(row.right, row.right),
            "state": states.get(row.state, row.state),
            "agency": unit(row.agency, language),
        }
        for row in rows
    ]
