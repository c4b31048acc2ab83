"""E-mail addresses.

*Identity form*: NFC, no space or invisible characters around, lower case, the domain in ASCII. It is the form by which
people are joined and suppressed, and what Meta hashes.

Decisions:
* **Space inside** makes an address unusable. Google's page says to remove it, its own formatters refuse it, and two
  values in one cell would become one wrong address
  (https://developers.google.com/data-manager/api/devguides/concepts/formatting;
  https://github.com/googleads/data-manager-python).
* **International domains** take their ASCII form (`bogense-æ.dk` → `xn--bogense--q0a.dk`), since that is what browsers submit
  from an e-mail field (https://html.spec.whatwg.org/multipage/input.html#email-state-(type=email)); both spellings are
  one person. No mapping beyond lower case is applied (IDNA 2008: ß stays ß).
* **Dots in a row or before the @** are kept: Google's own test vectors have them, and Japanese carriers gave them out.
* **Invisible characters inside** (zero-width space, byte order and direction marks, soft hyphen) are taken out: no mailbox has
  them, copying leaves them behind. The joiners ZWJ and ZWNJ stay, and make an address unusable.
* `mailto:`, display names, quoted local parts, full-width and other compatibility characters are unusable.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from consentric.identifiers.reasons import Unusable
from consentric.identifiers.rules.text import UNJOINED, lowered, readable

GMAIL: Final = ("@gmail.com", "@googlemail.com")
LONGEST_ADDRESS: Final = 254
LONGEST_LOCAL: Final = 64
LONGEST_DOMAIN: Final = 253
LONGEST_LABEL: Final = 63

PLACEHOLDER_ADDRESS: Final = (
    r"^(?:no[-_.]?e?[-_.]?mail|no[-_.]?reply|do[-_.]?not[-_.]?reply|ingen[-_.]?e?[-_.]?mail|none|null|n/a|unknown|ukendt)@"
    r"|^(?:test@test|email@email|mail@mail|none@none|fake@fake|asdf@asdf|abc@abc|xxx@xxx|xx@xx|x@x|a@a|na@na|no@no)\."
)
"""Typed to get past a form. A pattern for Python and for RE2."""
NOBODYS_DOMAINS: Final = (".invalid", ".localhost", "@localhost")
"""Reserved by RFC 6761: no mailbox is there."""

_PLACEHOLDER = re.compile(PLACEHOLDER_ADDRESS)
_LOCAL = re.compile(r"[^\W_'.]|[0-9a-z!#$%&*+/=?^_`{|}~-]")
_SYMBOLS = frozenset("!#$%&'*+/=?^_`{|}~-.")
_SEPARATORS = re.compile(r"[;,|\s]|(?<=[a-z])/")
_ASCII_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_TOP_LEVEL = re.compile(r"[a-z]{2,}|xn--[a-z0-9-]+")


def email(text: str) -> str | Unusable:
    """The identity form."""
    inner = readable(text)
    if isinstance(inner, Unusable):
        return inner
    address = lowered(inner.translate(UNJOINED))
    if _PLACEHOLDER.search(address) or address.endswith(NOBODYS_DOMAINS):
        return Unusable.PLACEHOLDER
    if address.count("@") > 1 and _SEPARATORS.search(address):
        return Unusable.SEVERAL_VALUES
    local, at, written = address.partition("@")
    if not at or "@" in written or not _is_local(local):
        return Unusable.NOT_AN_EMAIL
    host = domain(written)
    if isinstance(host, Unusable):
        return host
    if len(local.encode()) > LONGEST_LOCAL or len(local.encode()) + 1 + len(host) > LONGEST_ADDRESS:
        return Unusable.TOO_LONG
    return f"{local}@{host}"


def domain(text: str) -> str | Unusable:
    """The ASCII form of a domain as somebody writes it, for an address and for a condition that names one."""
    labels = [_ascii_label(each) for each in lowered(text).split(".")]
    if len(labels) < 2 or not all(map(_is_label, labels)) or not _TOP_LEVEL.fullmatch(labels[-1]):
        return Unusable.NOT_AN_EMAIL
    host = ".".join(labels)
    return host if len(host) <= LONGEST_DOMAIN else Unusable.TOO_LONG


def google_email(identity: str) -> str | Unusable:
    """At gmail.com and googlemail.com without dots and without `+` and what follows; elsewhere unchanged.

    The `+` rule is on the newest page only, with the example cloudy.sanfrancisco+shopping@gmail.com; it holds for the
    Google Ads API too, since both feed the same matching. googlemail.com stays googlemail.com, as in Google's test vectors
    (https://developers.google.com/data-manager/api/devguides/concepts/formatting;
    https://github.com/googleads/data-manager-java).
    """
    if not identity.endswith(GMAIL):
        return identity
    local, _, host = identity.rpartition("@")
    mailbox = local.partition("+")[0].replace(".", "")
    return f"{mailbox}@{host}" if mailbox else Unusable.NOT_AN_EMAIL


def meta_email(identity: str) -> str:
    """Trimmed and lower case, nothing else: Meta documents no rule for Gmail.

    https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences
    """
    return identity


def _is_local(local: str) -> bool:
    """ASCII as in RFC 5322's dot-atom, or letters and digits of any script that are their own compatibility form."""
    if not local or not _LOCAL.match(local):
        return False
    if local.isascii():
        return all(each.isalnum() or each in _SYMBOLS for each in local)
    return unicodedata.normalize("NFKC", local) == local and all(
        each in _SYMBOLS if each.isascii() and not each.isalnum() else unicodedata.category(each)[0] in "LMN"
        for each in local
    )


def _ascii_label(label: str) -> str:
    """One label of a domain in ASCII; the empty text if it has no such form."""
    if label.isascii():
        return label if not label.startswith("xn--") or _is_own_form(label) else ""
    if unicodedata.normalize("NFKC", label) != label or not all(
        each == "-" or unicodedata.category(each)[0] in "LMN" for each in label
    ):
        return ""
    return "xn--" + label.encode("punycode").decode("ascii")


def _is_own_form(label: str) -> bool:
    """True when an ASCII form is the one that its Unicode form would get."""
    try:
        written = label.removeprefix("xn--").encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return False
    return not written.isascii() and lowered(written) == written and _ascii_label(written) == label


def _is_label(label: str) -> bool:
    return len(label) <= LONGEST_LABEL and _ASCII_LABEL.fullmatch(label) is not None
