"""The components of the pages, each with the example that /design shows and that the browser tests check.

A component is a template in ``templates/components/``; its first line says what it takes. Every component stands here.

Example::

    {% include "components/tag.html" with text=_("Overdue") kind="ask" %}
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Example:
    """One showing of a component: the template's name, what it is for, what it was given."""

    name: str
    purpose: str
    context: dict


class _Street(forms.Form):
    """A form sent with a mistake, so that the examples show faults as well."""

    use_required_attribute = False
    street = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"class": "input"}))
    words = forms.CharField(required=False, widget=forms.Textarea(attrs={"class": "input", "rows": 3}))
    size = forms.ChoiceField(widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)
    photo = forms.FileField(required=False, widget=forms.FileInput(attrs={"class": "input", "accept": "image/*"}))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].label = _("Which street?")
        self.fields["street"].help_text = _("As it stands on the sign.")
        self.fields["street"].error_messages["required"] = _("Write the name of the street.")
        self.fields["words"].label = _("What did you see?")
        self.fields["size"].label = _("How large is it?")
        self.fields["size"].choices = [("hand", _("Like a hand")), ("car", _("Like a car"))]
        self.fields["agreed"].label = _("The street office may call me")
        self.fields["photo"].label = _("A photo")


def examples() -> list[Example]:
    """All components in the order of the design page, in the reader's language."""
    form = _Street({"words": _("A lamp does not burn."), "size": "hand"})
    form.is_valid()
    return [*_to_press(form), *_to_read(), *_to_follow()]


def _to_press(form: forms.Form) -> list[Example]:
    return [
        Example("button", _("The one thing this page asks."), {"text": _("File the request")}),
        Example("button", _("Something else one may do."), {"text": _("Save for later"), "kind": "quiet"}),
        Example("error_summary", _("Stands first after a form with mistakes; each line leads to its field."), {"form": form}),
        *(Example("field", _("One question, its hint, its fault."), {"field": field}) for field in form),
        Example("progress", _("Where one is among the questions."), {"step": 2, "steps": 6}),
        Example(
            "tabs",
            _("Lists that belong together."),
            {
                "label": _("Examples of lists"),
                "tabs": [
                    {"text": _("Overdue"), "href": "#tabs", "current": True, "count": 12},
                    {"text": _("Set aside"), "href": "#tabs-2", "count": 3},
                ],
            },
        ),
        Example("pager", _("On to older entries."), {"first": "#pager", "next": "#pager-2"}),
    ]


def _to_read() -> list[Example]:
    head = [{"text": _("District")}, {"text": _("Filed"), "num": True}, {"text": _("Solved"), "num": True}]
    rows = [
        [{"text": _("Harbour")}, {"text": "120", "num": True}, {"text": "96", "num": True}],
        [{"text": _("Old Town")}, {"text": "80", "num": True}, {"text": "72", "num": True}],
    ]
    # Two bars on a scale of 0 to 100 %, as the server draws them for the rates.
    chart = mark_safe(
        f'<svg class="chart" viewBox="0 0 360 90" role="img" aria-label="{_("Solved: Harbour 80 percent, Old Town 90 percent")}">'
        '<rect class="bar" x="100" y="14" width="200" height="24"/><rect class="bar" x="100" y="52" width="225" height="24"/>'
        f'<text x="8" y="32">{_("Harbour")}</text><text x="8" y="70">{_("Old Town")}</text></svg>'
    )
    return [
        Example(
            "notice",
            _("What asks for attention."),
            {"title": _("Is somebody in danger?"), "text": _("Call 110, 119 or 120 now."), "kind": "ask"},
        ),
        Example("notice", _("What is done."), {"title": _("Your answer was sent"), "text": _("Thank you."), "kind": "done"}),
        Example(
            "notice",
            _("What waits."),
            {"title": _("Waiting for a test of the water"), "text": _("The clock stands still until 9 March."), "kind": "wait"},
        ),
        *(
            Example("tag", _("A state in words, with its colour."), {"text": text, "kind": kind})
            for text, kind in ((_("Sent"), ""), (_("Overdue"), "ask"), (_("Solved"), "done"), (_("Due soon"), "wait"))
        ),
        Example(
            "summary_list",
            _("Facts, or answers before they are sent."),
            {
                "rows": [
                    {"name": _("Place"), "value": _("Lotus Road, Harbour"), "href": "#summary_list"},
                    {"name": _("Photo"), "value": ""},
                ]
            },
        ),
        Example("table", _("Numbers to compare."), {"caption": _("Requests in March"), "head": head, "rows": rows}),
        Example(
            "figure",
            _("A chart with the table that says the same."),
            {"caption": _("Solved in March"), "chart": chart, "head": head, "rows": rows},
        ),
    ]


def _to_follow() -> list[Example]:
    at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    steps = [
        {"title": _("You file"), "text": "", "state": "done"},
        {"title": _("The office answers"), "text": _("by 9 March"), "state": "now"},
        {"title": _("You say whether it is solved"), "text": "", "state": ""},
    ]
    acts = [
        {"at": at, "title": _("Filed"), "kind": "done"},
        {"at": at, "title": _("Not answered in time"), "text": _("The city's supervision was told."), "kind": "ask"},
    ]
    return [
        Example("steps", _("What happens, in order."), {"steps": steps}),
        Example("timeline", _("What happened, each act with its receipt."), {"acts": acts}),
        Example(
            "receipt",
            _("What a person takes home; made to be printed."),
            {"title": _("Receipt"), "rows": [{"name": _("Number"), "value": "MZ26-7KQ4M2XD"}]},
        ),
    ]
