"""One question of the contribution by link."""

from __future__ import annotations

from django import forms

from reviews.rules import ANSWER_MAX
from sendco.core.forms import SendcoForm


class AnswerField(forms.CharField):
    """Counts a new line as one character, as browsers do, although they send two."""

    def to_python(self, value: str | None) -> str:
        return super().to_python(value.replace("\r\n", "\n") if value else value)


class AnswerForm(SendcoForm):
    """The label is the page's heading; the question is written by the template."""

    text = AnswerField(
        required=False,
        max_length=ANSWER_MAX,
        error_messages={"max_length": f"Your answer must be {ANSWER_MAX:,} characters or fewer"},
    )
