"""What a person or an official is asked on the pages of the exchange; everything is checked again by the acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mingtang.kernel import MingtangError
from mingtang.platform.exchange import reads

_DAYS = ((7, _("One week")), (30, _("One month")), (90, _("Three months")), (365, _("One year")))


class Plain(forms.Form):
    """A form whose faults are said by the server, and whose fields wear the classes of the design."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(
                field.widget, (forms.RadioSelect, forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.HiddenInput)
            ):
                field.widget.attrs["class"] = f"input {field.widget.attrs.get('class', '')}".strip()


def put_fault(form: forms.Form, fault: MingtangError, field: str | None = None) -> None:
    """Show a fault that an act found: at its field if the form has it, else above all."""
    language = get_language() or "zh-hans"
    name = field or fault.path.rpartition(".")[2]
    form.add_error(name if name in form.fields else None, f"{fault.message(language)} {fault.advice(language)}")


class SignIn(Plain):
    """Card and PIN."""

    code = forms.CharField(
        label=_("Number of the card"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Sixteen letters and digits; or scan the card's code with any camera."),
        error_messages={"required": _("Type the number of the card.")},
    )
    pin = forms.CharField(
        label=_("PIN"),
        max_length=12,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric", "class": "input-short"}),
        help_text=_("The six digits you were given with the card."),
        error_messages={"required": _("Type the six digits.")},
    )


class Correct(Plain):
    """What is wrong in a register."""

    item = forms.ChoiceField(
        label=_("What is wrong?"),
        error_messages={"required": _("Choose one of the items."), "invalid_choice": _("Choose one of the items.")},
    )
    words = forms.CharField(
        label=_("How should it be, and how can that be seen?"),
        min_length=4,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write how it should be."), "min_length": _("Write a little more.")},
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = reads.purpose(reads.OWN_COPY)
        self.fields["item"].choices = [("", _("Choose"))] + [
            (
                spec.titles.fill(language, {}),
                [(f"{spec.code}.{name}", spec.fields[name].titles.fill(language, {})) for name in own.allowed[spec.code]],
            )
            for spec in reads.sources()
            if spec.code in own.allowed
        ]


class Explain(Plain):
    """What one wants explained."""

    source = forms.ChoiceField(
        label=_("Which register is it about?"), error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")}
    )
    words = forms.CharField(
        label=_("What do you want to know?"),
        min_length=4,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what you want to know."), "min_length": _("Write a little more.")},
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [("", _("Choose"))] + [
            (spec.code, spec.titles.fill(language, {})) for spec in reads.sources()
        ]


class Meant(Plain):
    """That something which cannot be undone is meant."""

    meant = forms.BooleanField(label=_("Yes, I mean it"), error_messages={"required": _("Tick the box if you mean it.")})


class Delegate(Plain):
    """A helper, the services, the end."""

    helper = forms.CharField(
        label=_("The helper's identity number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The helper needs a card of her own."),
        error_messages={"required": _("Type the number.")},
    )
    services = forms.MultipleChoiceField(
        label=_("What may the helper do for you?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one service."), "invalid_choice": _("Choose from the list.")},
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        choices=_DAYS,
        coerce=int,
        widget=forms.RadioSelect,
        initial=30,
        error_messages={"required": _("Choose how long."), "invalid_choice": _("Choose how long.")},
    )

    def __init__(self, *args: Any, services: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].choices = services


class Counter(Plain):
    """The person at the counter, and what she wants."""

    number = forms.CharField(
        label=_("Identity number of the person before you"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As on the identity card that you hold in your hand."),
        error_messages={"required": _("Type the number.")},
    )
    service = forms.ChoiceField(
        label=_("What does the person want?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    seen = forms.BooleanField(
        label=_("I have seen the identity card, and the person is here"),
        error_messages={"required": _("Only in the presence of the person.")},
    )

    def __init__(self, *args: Any, services: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = services


class Answer(Plain):
    """The agency's answer to a use of a right."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=(("done", _("Done as wished")), ("refused", _("Not done"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    words = forms.CharField(
        label=_("Your answer to the person"),
        min_length=4,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your answer."), "min_length": _("Write a little more.")},
    )
