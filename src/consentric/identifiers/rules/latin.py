"""Text in the letters a to z, for the fields that a platform wants in these only.

Letters lose their marks (NFKD); those that Unicode does not take apart are written as its Latin-ASCII transform has them
(https://github.com/unicode-org/cldr/blob/main/common/transforms/Latin-ASCII.xml): ø as o, æ as ae, ß as ss. Other scripts are
not transliterated: there are several ways for each, and a wrong one matches nobody.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_WHOLE: Final = dict(zip("đðøłħŧıŋ", "ddolhtin", strict=True)) | {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}


def letters_of(text: str) -> str | None:
    """Its letters as a to z, in lower case and without anything between them; None if one of them is of another script."""
    found: list[str] = []
    for each in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower()):
        if each in _LETTERS:
            found.append(each)
        elif each in _WHOLE:
            found.append(_WHOLE[each])
        elif unicodedata.category(each)[0] == "L":
            return None
    return "".join(found)
