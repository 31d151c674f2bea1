"""Names that people give, and other texts that come from outside: what can be shown, and what cannot."""

from __future__ import annotations

import unicodedata
from typing import Any

JOINERS = "\u200c\u200d"
"""Invisible, but part of how some scripts and emoji are written."""


def check_text(what: str, text: Any, longest: int) -> None:
    """Raise ValueError for what is no text, too long, or cannot be shown."""
    if not isinstance(text, str) or not 1 <= len(text) <= longest:
        raise ValueError(f"{what} is a text of 1 to {longest} letters; found was {text!r:.80}.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise ValueError(f"{what} has letters that cannot be shown: {text!r:.80}.")


def clean_name(what: str, name: str, longest: int) -> str:
    """Return a name as it was typed or pasted, with single spaces, and nothing but spaces, between its words.

    Raises
    ------
    ValueError
        If nothing is to be seen of it, it is too long, or has letters that cannot be shown or turn others round.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= longest:
        raise ValueError(f"{what} is a text of 1 to {longest} letters.")
    if any(unicodedata.category(letter)[0] == "C" and letter not in JOINERS for letter in name) or not any(
        unicodedata.category(letter)[0] in "LNPS" for letter in name
    ):
        raise ValueError(f"{what} has letters that cannot be shown: {name!r:.80}.")
    return name
