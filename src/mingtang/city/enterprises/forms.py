"""What the official is asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Decide(forms.Form):
    """Approve or refuse, with a reason of one's own."""

    use_required_attribute = False
    outcome = forms.ChoiceField(
        label=_("Your decision"),
        choices=(("approve", _("Register the company")), ("refuse", _("Refuse"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    reason = forms.CharField(
        label=_("The reason, in your own words"),
        min_length=4,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=_("The applicant reads it. Where you refuse, say how it can be mended."),
        error_messages={"required": _("Write the reason."), "min_length": _("Write a little more.")},
    )


class Find(forms.Form):
    """A company by its code."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        help_text=_("Eighteen letters and digits, as on the licence."),
        error_messages={"required": _("Type the code.")},
    )


def first_fault(fault: Any, language: str) -> str:
    """A fault of an act in words."""
    return f"{fault.message(language)} {fault.advice(language)}"
