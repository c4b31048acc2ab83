"""E-mail addresses over a column. Fast: short ASCII addresses of letters, digits and `. _ + -`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers import rules
from consentric.identifiers.compiled.fallback import by_rule, completed
from consentric.identifiers.compiled.flat import from_first
from consentric.identifiers.rules.emails import GMAIL, LONGEST_LOCAL, NOBODYS_DOMAINS, PLACEHOLDER_ADDRESS

_SPACE: Final = "\t\n\v\f\r "
_PLAIN: Final = r"^[a-z0-9][a-z0-9._+-]*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}$"
"""No `--`, hence no `xn--`, whose labels have to be checked; a whole address of 64 cannot have a part that is too long."""


@dataclass(frozen=True, slots=True, repr=False)
class Emails:
    """`identity` is a utf8 form, `domain` begins with the at sign; `reason` is null where usable."""

    identity: pa.StringArray
    domain: pa.StringArray
    reason: pa.StringArray

    @property
    def google(self) -> pa.StringArray:
        """Gmail's dots and tags removed (`rules.google_email`); null where nothing is left of the mailbox."""
        return _google(self.identity, self.domain)

    @property
    def meta(self) -> pa.StringArray:
        """Meta has no rule beyond the identity form (`rules.meta_email`)."""
        return self.identity


def emails(cells: pa.StringArray) -> Emails:
    """The forms of a column of addresses."""
    written = pc.ascii_lower(pc.ascii_trim(cells, characters=_SPACE))
    plain = pc.and_(pc.match_substring_regex(written, _PLAIN), pc.less_equal(pc.binary_length(written), LONGEST_LOCAL))
    for nobodys in NOBODYS_DOMAINS:
        plain = pc.and_not(plain, pc.ends_with(written, nobodys))
    accepted = pc.and_not(plain, pc.match_substring_regex(written, PLACEHOLDER_ADDRESS))
    forms = completed(accepted, written, lambda rest: by_rule(cells.filter(rest), rules.email))
    return Emails(forms.form, from_first(forms.form, ord("@")), forms.reason)


def _google(identity: pa.StringArray, domain: pa.StringArray) -> pa.StringArray:
    gmail = pc.is_in(domain, pa.array(GMAIL))
    decorated = pc.match_substring_regex(identity.filter(gmail), r"^[^@]*[.+]")
    changed = _nowhere_but(gmail, decorated)
    if not pc.any(changed).as_py():
        return identity
    mailbox = pc.replace_substring_regex(identity.filter(changed), r"\+.*|@.*|\.", "")
    host = pc.if_else(pc.equal(mailbox, ""), None, domain.filter(changed))
    return pc.replace_with_mask(identity, changed, pc.binary_join_element_wise(mailbox, host, ""))


def _nowhere_but(rows: pa.BooleanArray, among: pa.BooleanArray) -> pa.BooleanArray:
    """The mask of the rows, with the values of `among` in its true places."""
    return pc.replace_with_mask(rows, rows, among)
