"""`explain`: the long text of any code."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from consentric.config.codes import CODES
from consentric.destinations.codes import MEANINGS
from consentric.errors import UsageError
from consentric.reporting.explanations import EXPLANATIONS


def every_code() -> Mapping[str, str]:
    """Code and text, in the order of the codes."""
    platforms = {code.value: f"{meaning.text[:1].upper()}{meaning.text[1:]}." for code, meaning in MEANINGS.items()}
    return dict(sorted({**CODES, **platforms, **EXPLANATIONS}.items()))


def run(code: str) -> str:
    """Raises UsageError for a code that does not exist."""
    known, wanted = every_code(), code.strip().upper()
    if wanted not in known:
        near = get_close_matches(wanted, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "codes look like `A102` or `W301`"
        raise UsageError("A910", f"there is no code `{code[:20]}`", hint=hint)
    return f"{wanted}\n\n{known[wanted]}\n"
