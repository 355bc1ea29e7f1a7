"""What is known about an intervention from elsewhere, in words that do not promise. Pure."""

from __future__ import annotations

from django.db import models


class Evidence(models.TextChoices):
    """Kinds of evidence of the catalogue, from the firmest to none."""

    RCT_POSITIVE = "rct_positive", "Controlled trials found a gain"
    RCT_MIXED = "rct_mixed", "Controlled trials disagree"
    RCT_NULL = "rct_null", "Controlled trials found no gain"
    REVIEW_POSITIVE = "review_positive", "Reviews of studies found a gain"
    SMALL_RCT = "small_rct", "One small controlled trial"
    QUASI = "quasi", "Compared with similar pupils"
    PRELIMINARY = "preliminary", "Early evidence only"
    PRE_POST = "pre_post", "Before and after only, no comparison"
    SMALL_STUDIES = "small_studies", "Small studies"
    PRACTICE_BASED = "practice_based", "Used in practice, not tested"
    NONE_FOUND = "none_found", "No studies found"
    TRIAL_RUNNING = "trial_running", "A trial is running"
    UNCONFIRMED = "unconfirmed", "Not known"


NOT_CHECKED = "Evidence not checked"
MEANS = {
    Evidence.RCT_POSITIVE: "Pupils were put into groups by chance, and those who had it did better.",
    Evidence.RCT_MIXED: "Some trials found a gain and others none, so how it is run may matter.",
    Evidence.RCT_NULL: "Pupils who had it did no better than pupils who did not.",
    Evidence.REVIEW_POSITIVE: "Several studies of this kind of support, read together, found a gain.",
    Evidence.SMALL_RCT: "One trial with few pupils. A larger one could find less.",
    Evidence.QUASI: "Pupils were compared with others like them, though not chosen by chance.",
    Evidence.PRELIMINARY: "First results are good. They need to be repeated.",
    Evidence.PRE_POST: "Pupils gained, but nobody knows how much they would have gained without it.",
    Evidence.SMALL_STUDIES: "A few pupils in a few studies.",
    Evidence.PRACTICE_BASED: "Schools value it. Nobody has measured what it adds.",
    Evidence.NONE_FOUND: "We found no study of it. Measure it well in your own school.",
    Evidence.TRIAL_RUNNING: "Results are not out yet.",
}


def evidence_words(level: str, *, checked: bool) -> str:
    """The short name of the evidence, or that nobody has checked it."""
    if not checked or level not in Evidence.values or level == Evidence.UNCONFIRMED:
        return NOT_CHECKED
    return Evidence(level).label


def evidence_means(level: str, *, checked: bool) -> str:
    if evidence_words(level, checked=checked) == NOT_CHECKED:
        return "Nobody here has read a source for this. Treat what is said about its effect with care."
    return MEANS[Evidence(level)]
