"""What officials are asked: one small form for each act. Reasons go into the receipt, and the resident can read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from mingtang.city.requests import reads
from mingtang.city.requests.filing import TEXT_MOST
from mingtang.city.requests.forms import YES_NO, Plain, language_index
from mingtang.kernel import now
from mingtang.platform.people import reads as people


def _words(label: Any, hint: Any = "", required: bool = True, rows: int = 5) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Write something here."), "max_length": _("That is too long: 5,000 characters at most.")},
    )


def _reason() -> forms.CharField:
    return _words(_("Reason"), _("It is written into the receipt, and the resident can read it."), rows=4)


class Nothing(Plain):
    """Nothing is asked: the button alone decides."""


class Reason(Plain):
    """A reason."""

    reason = _reason()


class Reply(Plain):
    """The answer to the resident."""

    text = _words(
        _("Answer to the resident"),
        _("Say what was done, when, and what comes next. Everyone can read it without names and numbers."),
        rows=8,
    )


class Contact(Plain):
    """What was spoken of with the resident."""

    note = _words(_("What was spoken of"), _("For the file only."), rows=4)


class Note(Plain):
    """A note for the file or for everyone."""

    text = _words(_("Note"), rows=4)
    public = forms.BooleanField(label=_("Everyone may read it, without names and numbers"), required=False)


class Dispatch(Plain):
    """Which unit gets the request, and why."""

    unit = forms.ChoiceField(
        label=_("Office"), error_messages={"required": _("Choose an office."), "invalid_choice": _("Choose one of the list.")}
    )
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", gettext("Choose")), *unit_choices()]


class Ground(Plain):
    """A ground that the rules name, and the reason in words."""

    kind = ""
    ground = forms.ChoiceField(
        label=_("Ground in the rules"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a ground."), "invalid_choice": _("Choose one of the list.")},
    )
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = ("zh", "en")[language_index()]
        self.fields["ground"].choices = [(ground["code"], ground[name]) for ground in reads.grounds(self.kind)]


class Pause(Ground):
    """Why the clock stands still."""

    kind = "pause"


class Exclusion(Ground):
    """Why it should not count."""

    kind = "exclusion"


class Park(Ground):
    """Why it is set aside, and until when."""

    kind = "park"
    review_on = forms.DateField(
        label=_("Date of review"),
        widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a date."), "invalid": _("This is not a date.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review_on"].initial = (now() + timedelta(days=30)).date()


class Return(Ground):
    """Why another office should have it, and which."""

    kind = "return"
    target = forms.ChoiceField(
        label=_("Who should have it"), required=False, error_messages={"invalid_choice": _("Choose one of the list.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [("", gettext("I do not know")), *unit_choices()]


class Decide(Plain):
    """A second official says yes or no, with a reason."""

    approve = forms.ChoiceField(
        label=_("Do you agree?"), choices=YES_NO, widget=forms.RadioSelect, error_messages={"required": _("Choose yes or no.")}
    )
    reason = _reason()


class Joint(Plain):
    """Which offices are called to the place, and why."""

    units = forms.MultipleChoiceField(
        label=_("Offices called"),
        help_text=_("Hold Ctrl to choose several; twelve at most."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        error_messages={"required": _("Choose at least one office."), "invalid_choice": _("Choose from the list.")},
    )
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = unit_choices()


class Arrive(Plain):
    """What was found at the place."""

    found = _words(_("What was found at the place"), required=False, rows=4)


class Score(Plain):
    """How the other side worked together."""

    unit = forms.CharField(widget=forms.HiddenInput)
    score = forms.IntegerField(
        label=_("Points, 0 to 100"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
        error_messages={
            "required": _("Write a number from 0 to 100."),
            "invalid": _("Write a number from 0 to 100."),
            "min_value": _("Write a number from 0 to 100."),
            "max_value": _("Write a number from 0 to 100."),
        },
    )
    reason = _reason()


def unit_choices() -> list:
    """Every unit under its kind, in the reader's language."""
    language = get_language() or "zh-hans"
    kinds = (
        ("city", gettext("City")),
        ("agency", gettext("Agencies")),
        ("utility", gettext("Utilities")),
        ("district", gettext("Districts")),
        ("street", gettext("Street offices")),
    )
    return [(label, [(unit.code, unit.name(language)) for unit in people.units(kind)]) for kind, label in kinds]
