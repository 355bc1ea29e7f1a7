"""Unique pupil numbers (UPN) and unique learner numbers (ULN): normalise and check, without a database.

A UPN is 13 characters: check letter, local authority (3), establishment (4), year (2), serial (3). The last character
of a temporary UPN is a letter. I, O and S are never used.
Source: Government Data Standards Catalogue, Unique Pupil Number 2.0.
A UPN changes when a temporary one is replaced, so it must never serve as a key.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
UPN_LENGTH = 13

# Authority codes that appear only inside UPNs: the census list allows them beside the real authorities.
UPN_ONLY_AUTHORITIES = frozenset(f"{n:03d}" for n in [*range(1, 6), *range(660, 682), *range(701, 709)])

_SPACES = re.compile(r"[\s\u00ad\u200b-\u200d\ufeff]+")


class UpnFault(StrEnum):
    """Why a UPN is refused. Each value is the code used in import reports."""

    LENGTH = "upn_length"
    CHARACTER = "upn_character"
    CHECK_LETTER = "upn_check_letter"
    AUTHORITY = "upn_authority"


@dataclass(frozen=True)
class UpnCheck:
    """Outcome of `check_upn`.

    upn: the normalised value. fault: None when all is well. message: what is wrong and what to do, else empty.
    is_warning: the value may be stored, but somebody should look at it.
    """

    upn: str
    fault: UpnFault | None = None
    message: str = ""
    is_warning: bool = False

    @property
    def is_valid(self) -> bool:
        return self.fault is None or self.is_warning

    @property
    def is_temporary(self) -> bool:
        return self.is_valid and self.upn[-1].isalpha()


def normalise_upn(value: str) -> str:
    """Upper case, without any spaces."""
    return _SPACES.sub("", value).upper()


def upn_check_letter(body: str) -> str:
    """Check letter for the 12 characters after it.

    Raises ValueError unless body is 11 digits and then a digit or an allowed letter.
    """
    if not re.fullmatch(rf"[0-9]{{11}}[0-9{UPN_LETTERS}]", body):
        raise ValueError("The body of a UPN is 11 digits and then a digit or a letter other than I, O and S.")
    values = [int(c) if c.isdecimal() else UPN_LETTERS.index(c) for c in body]
    return UPN_LETTERS[sum(weight * value for weight, value in enumerate(values, start=2)) % 23]


def check_upn(value: str, authorities: frozenset[str] | set[str]) -> UpnCheck:
    """Check a UPN against its check letter and the known authority codes, closed ones included.

    An authority that is not in the list gives a warning, because UPNs outlive lists; 000 was never one and is a fault.
    """
    upn = normalise_upn(value)
    if len(upn) != UPN_LENGTH:
        return UpnCheck(
            upn, UpnFault.LENGTH, f"The UPN has {len(upn)} characters and needs 13. Check it in your school system."
        )
    if not re.fullmatch(rf"[{UPN_LETTERS}][0-9]{{11}}[0-9{UPN_LETTERS}]", upn):
        return UpnCheck(upn, UpnFault.CHARACTER, _character_message(upn))
    if upn[0] != upn_check_letter(upn[1:]):
        return UpnCheck(
            upn,
            UpnFault.CHECK_LETTER,
            "The first letter of the UPN does not match the rest, so a character is wrong. "
            "Check it in your school system.",
        )
    authority = upn[1:4]
    if authority == "000":
        return UpnCheck(
            upn, UpnFault.AUTHORITY, "The UPN starts with local authority 000, which does not exist. Check the UPN."
        )
    if authority not in authorities and authority not in UPN_ONLY_AUTHORITIES:
        return UpnCheck(
            upn,
            UpnFault.AUTHORITY,
            f"We do not know local authority {authority} in this UPN. It was kept; check that it is right.",
            is_warning=True,
        )
    return UpnCheck(upn)


def _character_message(upn: str) -> str:
    what = "has a letter or sign where a digit belongs"
    if upn[0] not in UPN_LETTERS:
        what = f"starts with {upn[0]}"
    elif re.fullmatch(r"[0-9]{11}", upn[1:12]):
        what = f"ends with {upn[-1]}"
    return (
        f"The UPN {what}. It must be a letter, 11 digits and then a digit or letter; I, O and S are never used. "
        "Check it in your school system."
    )


def normalise_uln(value: str) -> str:
    """Digits only as typed, without spaces."""
    return _SPACES.sub("", value)


def uln_check_digit(first_nine: str) -> int | None:
    """Last digit for nine digits, or None when no ULN can start with them.

    Source: the ULN field of the HESA student record (weights 10 down to 1, remainder 10 modulo 11).
    """
    if not re.fullmatch(r"[1-9][0-9]{8}", first_nine):
        raise ValueError("A ULN starts with nine digits, the first of them not 0.")
    remainder = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), first_nine, strict=True)) % 11
    return None if remainder == 0 else 10 - remainder


def is_valid_uln(value: str) -> bool:
    """Ten digits, the first not 0, with the right check digit."""
    uln = normalise_uln(value)
    return bool(re.fullmatch(r"[1-9][0-9]{9}", uln)) and uln_check_digit(uln[:9]) == int(uln[9])
