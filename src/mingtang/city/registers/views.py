"""The public page of what people are asked although a register holds it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from mingtang.city.registers.asked_twice import breaches
from mingtang.kernel import CallerMistake
from mingtang.kernel.access import access
from mingtang.platform.people import reads as people


@access("public")
@require_GET
def asked_twice(request: HttpRequest) -> HttpResponse:
    """Each breach with the service, the agency that asks, and the register that holds it."""
    language = get_language() or "zh-hans"
    shown = [
        {
            "scene": one.scene,
            "title": one.scene_title.fill(language, {}),
            "agency": _unit(one.agency, language),
            "fact": one.fact.fill(language, {}),
            "source": one.source.fill(language, {}),
            "holder": _unit(one.holder, language),
        }
        for one in breaches()
    ]
    return render(request, "registers/asked_twice.html", {"breaches": shown})


def _unit(code: str, language: str) -> str:
    try:
        return people.unit(code).name(language)
    except CallerMistake:
        return code
