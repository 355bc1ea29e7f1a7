"""Signing in."""

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """allauth's form in our words. Password managers and pasting work."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Email address"
        self.fields["login"].widget.attrs.update({"autocomplete": "username", "placeholder": "", "spellcheck": "false"})
        self.fields["password"].widget.attrs.update({"placeholder": ""})
        self.fields["password"].help_text = ""  # the page has its own link for it
        self.fields.pop("remember", None)
