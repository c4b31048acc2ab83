"""`explain`: the long text of any code, or a family of codes at a glance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from consentric.config.codes import CODES
from consentric.destinations.codes import MEANINGS
from consentric.errors import UsageError
from consentric.reporting.explanations import EXPLANATIONS


def every_code() -> Mapping[str, str]:
    """Code and text, in the order of the codes."""
    platforms = {code.value: f"{_sentence(meaning.text)}\n{meaning.advice}" for code, meaning in MEANINGS.items()}
    return dict(sorted({**CODES, **platforms, **EXPLANATIONS}.items()))


def run(code: str) -> str:
    """The text of a code, or the list of a family such as `W3`. Raises UsageError for what is neither."""
    known, wanted = every_code(), code.strip().upper()
    if wanted in known:
        return f"{wanted}\n\n{known[wanted]}\n"
    family = [each for each in known if each.startswith(wanted)]
    if wanted and family:
        return "".join(f"{each}  {_first_sentence(known[each])}\n" for each in family)
    raise UsageError("A910", f"there is no code `{code[:20]}`", hint=_hint(wanted, known))


def _hint(wanted: str, known: Mapping[str, str]) -> str:
    family = [each for each in known if len(wanted) > 1 and each.startswith(wanted[:2])]
    if family:
        return f"codes that begin with {wanted[:2]}: {', '.join(family)}"
    near = get_close_matches(wanted, known, n=1)
    return (
        f"did you mean `{near[0]}`?" if near else "codes look like `A102` or `W301`; `consentric explain A1` lists some"
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.?!])\s", text.strip(), maxsplit=1)[0].replace("\n", " ")
