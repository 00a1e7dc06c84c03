"""What residents are asked: one form a page. Officials' forms are in ``forms_desk``.

Everything is checked again by the acts; a fault that an act finds is shown at its field by ``put_fault``.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from mingtang.city.requests import reads
from mingtang.city.requests.filing import TEXT_LEAST, TEXT_MOST
from mingtang.kernel import MingtangError

YES_NO = (("yes", _("Yes")), ("no", _("No")))


class Plain(forms.Form):
    """A form whose faults are said by the server in plain words, and whose fields wear the classes of the design."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(
                field.widget, (forms.RadioSelect, forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.HiddenInput)
            ):
                field.widget.attrs["class"] = ("input " + field.widget.attrs.get("class", "")).strip()


def put_fault(form: forms.Form, fault: MingtangError) -> None:
    """Show a fault that an act found: at its field if the form has it, else above all; with the next step."""
    language = get_language() or "zh-hans"
    field = fault.path.rpartition(".")[2]
    form.add_error(field if field in form.fields else None, f"{fault.message(language)} {fault.advice(language)}")


def language_index() -> int:
    """0 where the page is Chinese, 1 where it is English."""
    return 0 if (get_language() or "zh").startswith("zh") else 1


def category_choices() -> list:
    """Every category under its area and group, in the reader's language."""
    tree, language = reads.category_tree(), get_language() or "zh-hans"
    groups: dict[str, list] = {}
    for leaf in tree.leaves.values():
        groups.setdefault(leaf.group, []).append((leaf.code, leaf.name(language)))
    return [(tree.name(group, language), leaves) for group, leaves in groups.items()]


class What(Plain):
    """What happened."""

    text = forms.CharField(
        label=_("What is wrong?"),
        min_length=TEXT_LEAST,
        max_length=TEXT_MOST,
        strip=True,
        help_text=_("Say what it is and since when. Leave out other people's names and telephone numbers."),
        widget=forms.Textarea(attrs={"rows": 8, "data-count": "text-count"}),
        error_messages={
            "required": _("Write what is wrong."),
            "min_length": _("Write a little more, so that the office understands it."),
            "max_length": _("That is too long: 5,000 characters at most."),
        },
    )


class Category(Plain):
    """What it is about: one of the proposals, one of the list, or left to the city."""

    choice = forms.ChoiceField(
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one. If you are not sure, choose “I do not know”."),
            "invalid_choice": _("Choose one of the answers."),
        },
    )
    listed = forms.ChoiceField(
        label=_("The whole list"),
        required=False,
        help_text=_("Only if you chose “Something else”."),
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )

    def __init__(self, *args: Any, proposals: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [
            *proposals,
            ("listed", gettext("Something else: I choose from the list")),
            ("unknown", gettext("I do not know")),
        ]
        self.fields["listed"].choices = [("", gettext("Choose")), *category_choices()]

    def clean(self) -> dict:
        """The chosen category as ``category``; empty where the city is to find it."""
        given = super().clean()
        choice = given.get("choice", "")
        if choice == "listed" and not given.get("listed") and "listed" not in self.errors:
            self.add_error("listed", gettext("Choose one of the list."))
        given["category"] = {"listed": given.get("listed", ""), "unknown": ""}.get(choice, choice)
        return given


class Where(Plain):
    """Where it is: all may be left open."""

    address = forms.CharField(
        label=_("Road, house number, or what is near"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("That is too long: 300 characters at most.")},
    )
    street = forms.ChoiceField(
        label=_("Street office"), required=False, error_messages={"invalid_choice": _("Choose one of the list.")}
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def __init__(self, *args: Any, streets: list, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].choices = [("", gettext("I do not know")), *streets]

    def clean(self) -> dict:
        """A place has both coordinates or none."""
        given = super().clean()
        if given.get("latitude") is None or given.get("longitude") is None:
            given["latitude"] = given["longitude"] = None
        return given


class PhotoForm(Plain):
    """A photo, if there is one."""

    photo = forms.FileField(
        label=_("A photo"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "JPEG, PNG or WebP. Time and place that a camera writes into a photo are removed. "
            "Only the offices and you see it until an official makes it public."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class ContactForm(Plain):
    """Whether the office may reach the resident, and how."""

    who = forms.ChoiceField(
        label=_("May the office reach you?"),
        widget=forms.RadioSelect,
        choices=(("anonymous", _("No, I stay unknown")), ("named", _("Yes, in this way"))),
        error_messages={"required": _("Choose yes or no.")},
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("This is not an e-mail address.")},
    )

    def clean(self) -> dict:
        """Who may be reached says how."""
        given = super().clean()
        if given.get("who") == "named" and not given.get("phone") and not given.get("email") and "email" not in self.errors:
            self.add_error("phone", gettext("Write a telephone number or an e-mail address, or choose to stay unknown."))
        return given


class Confirm(Plain):
    """How it went: three questions and room for words."""

    contacted = forms.ChoiceField(
        label=_("Did the office speak with you?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Did the office speak with you? Choose yes or no.")},
    )
    solved = forms.ChoiceField(
        label=_("Is it solved?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Is it solved? Choose yes or no.")},
    )
    satisfied = forms.ChoiceField(
        label=_("Are you satisfied?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Are you satisfied? Choose yes or no.")},
    )
    comment = forms.CharField(
        label=_("Anything else?"), required=False, max_length=TEXT_MOST, widget=forms.Textarea(attrs={"rows": 4})
    )


class Forget(Plain):
    """That it is meant."""

    meant = forms.BooleanField(
        label=_("I know that this cannot be undone"), error_messages={"required": _("Tick that you know it, or go back.")}
    )


class Reopen(Plain):
    """Why it must be taken up again."""

    reason = forms.CharField(
        label=_("Why must it be taken up again?"),
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write why.")},
    )
