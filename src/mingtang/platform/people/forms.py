"""Forms of sign-in and account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

_DIGITS = {"class": "input input-short", "inputmode": "numeric", "autocomplete": "one-time-code"}


def _password(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"class": "input", "autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=200, help_text=help_text)


class SignInForm(forms.Form):
    """Code, password, six digits."""

    code = forms.CharField(label=_("Your code"), max_length=40, widget=forms.TextInput(
        attrs={"class": "input", "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}))
    password = _password(_("Password"), "current-password")
    digits = forms.CharField(label=_("Six digits"), max_length=12, required=False, widget=forms.TextInput(attrs=_DIGITS),
                             help_text=_("From the code app on your phone. Leave it empty only when you sign in for the first time."))


class DigitsForm(forms.Form):
    """Proof that the code app has the secret."""

    digits = forms.CharField(label=_("Six digits that the app shows now"), max_length=12, widget=forms.TextInput(attrs=_DIGITS))


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = _password(_("New password"), "new-password", _("At least 12 characters. A few unrelated words are good."))
    again = _password(_("New password again"), "new-password")

    def clean(self):
        """Both must be the same."""
        given = super().clean()
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return given


class BeginForm(NewPasswordForm, DigitsForm):
    """First sign-in: a password of one's own and the second factor."""

    field_order = ["password", "again", "digits"]


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    present = _password(_("Present password"), "current-password")
    field_order = ["present", "password", "again"]
