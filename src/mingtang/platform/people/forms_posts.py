"""Forms of the pages of posts: one a verb."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mingtang.platform.people import permissions, reads

_TEXT = {"class": "input"}


def _roles() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    return [(code, title.fill(language, {})) for code, title in permissions.ROLES.items()]


def _units() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    return [(unit.code, f"{unit.name(language)} ({unit.code})") for unit in reads.units()]


def _text(label: str, most: int, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=forms.TextInput(attrs=_TEXT))


def _choice(label: str, choices, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=forms.Select(attrs=_TEXT))


class Appoint(forms.Form):
    """A new official."""

    code = _text(_("Code of the official"), 40, _("It stands in the public log, so no name and no number of a person."))
    name_zh = _text(_("Chinese name"), 40)
    name_en = _text(_("Name in Latin letters"), 80)
    unit = _choice(_("Unit"), _units)
    role = _choice(_("First role"), lambda: [("", "–"), *_roles()], required=False)


class Grant(forms.Form):
    """A role for a unit."""

    role = _choice(_("Role"), _roles)
    unit = _choice(_("For the unit"), _units)


class _Held(forms.CharField):
    """A text whose widget offers choices: what is held is known to the page alone, and checked by the act."""

    @property
    def choices(self):
        return self.widget.choices

    @choices.setter
    def choices(self, given) -> None:
        self.widget.choices = given


class Revoke(forms.Form):
    """One of the roles held, as ROLE@UNIT."""

    held = _Held(label=_("Role"), max_length=90, widget=forms.Select(attrs=_TEXT))
    reason = _text(_("Reason"), 300)


class Reset(forms.Form):
    """Nothing to fill in."""


class Dismiss(forms.Form):
    """Why the service ends."""

    reason = _text(_("Reason"), 300)


FORMS: dict[str, type[forms.Form]] = {"grant": Grant, "revoke": Revoke, "reset": Reset, "dismiss": Dismiss}
