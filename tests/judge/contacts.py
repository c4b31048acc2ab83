"""Normal forms of e-mail addresses, phone numbers, names and addresses, and the key strings made of them.

Sources: Google's formatting page and its Java formatter, Meta's customer file guide. Unusable is None.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

import phonenumbers

from judge.cells import SPACE, fold

_SYMBOLS: Final = "!#$%&'*+/=?^_`{|}~.-"
_PLACEHOLDER: Final = re.compile(
    r"(no[-_.]?e?[-_.]?mail|no[-_.]?reply|do[-_.]?not[-_.]?reply|ingen[-_.]?e?[-_.]?mail|none|null|n/a|unknown|ukendt)@"
    r"|(test@test|email@email|mail@mail|none@none|fake@fake|asdf@asdf|abc@abc|xxx@xxx|xx@xx|x@x|a@a|na@na|no@no)\."
)
_NOBODY_HOSTS: Final = ("invalid", "localhost")
_NOTHING: Final = frozenset({"n/a", "n.a.", "null", "(null)", "undefined", "unknown", "ukendt", "unbekannt", "#n/a"})
_GOOGLE_DOMAINS: Final = ("gmail.com", "googlemail.com")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TOP_LABEL: Final = re.compile(r"[a-z]{2,}|xn--[a-z0-9-]+")
_EXPONENT: Final = re.compile(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+")
_PREFIX: Final = re.compile(r"(?:^|(?<=\s))(?:mr|mrs|ms|dr)\.(?=\s|$)")
_SUFFIX: Final = re.compile(r"(?:,\s*|\s+)(?:jr\.|sr\.|2nd|3rd|ii|iii|iv|v|vi|cpa|dc|dds|vm|jd|md|phd)$")
_POSTCODE: Final = re.compile(r"[0-9A-Z](?:[0-9A-Z -]{1,10}[0-9A-Z])")
_COUNTRIES: Final = phonenumbers.SUPPORTED_REGIONS
_ALSO_WRITTEN: Final = {"UK": "GB", "EL": "GR"}


def trimmed(text: str) -> str:
    """Without space and without invisible format characters at both ends."""
    start, end = 0, len(text)
    while start < end and _is_nothing(text[start]):
        start += 1
    while start < end and _is_nothing(text[end - 1]):
        end -= 1
    return text[start:end]


def _visible(text: str) -> str:
    """Trimmed, and without what copying leaves inside, but the two joiners, which tell words apart."""
    return "".join(each for each in trimmed(text) if unicodedata.category(each) != "Cf" or each in "\u200c\u200d")


def says_nothing(text: str) -> bool:
    """A word, or bare punctuation, that people and systems write where they have no value."""
    return fold(text) in _NOTHING or not any(map(str.isalnum, text))


@cache
def email(written: str) -> str | None:
    """The address by which people are told apart, and the form Meta wants: trimmed, lower case, the host in ASCII."""
    address = fold(_visible(written))
    local, at, host = address.partition("@")
    labels = [_ascii_label(label) for label in host.split(".")]
    usable = (
        at
        and local
        and local[0] not in ".'"
        and len(local.encode()) <= 64
        and all(_is_letter_or_digit(each) or each in _SYMBOLS for each in local)
        and len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and _TOP_LABEL.fullmatch(labels[-1])
        and labels[-1] not in _NOBODY_HOSTS
        and not _PLACEHOLDER.match(address)
    )
    return f"{local}@{'.'.join(labels)}" if usable else None


@cache
def google_email(written: str) -> str | None:
    """As Google wants it: at Gmail without dots and without the plus and what follows it."""
    address = email(written)
    if address is None:
        return None
    local, _, host = address.partition("@")
    if host in _GOOGLE_DOMAINS:
        local = local.partition("+")[0].replace(".", "")
    return f"{local}@{host}" if local else None


@cache
def phone(written: str, region: str | None) -> str | None:
    """E.164 with its plus, of a number that is valid for phonenumbers; national ones are read in `region`."""
    number = re.sub(r"^(\+?[1-9]\d*)\.0+$", r"\1", unicodedata.normalize("NFKC", _visible(written)))
    if not number or _EXPONENT.fullmatch(number):
        return None
    return next((found for each in _readings(number) if (found := _e164(each, region))), None)


def country(written: str | None) -> str | None:
    """An ISO 3166-1 alpha-2 code in upper case."""
    code = trimmed(written or "").upper()
    code = _ALSO_WRITTEN.get(code, code)
    return code if code in _COUNTRIES else None


def given_name(written: str) -> str | None:
    """Lower case, one space between words, without Mr. Mrs. Ms. Dr."""
    name = _name(written)
    return None if name is None else _with_a_letter(" ".join(_PREFIX.sub("", name).split()))


def family_name(written: str) -> str | None:
    """Lower case, one space between words, without what follows a name: Jr., PhD, III."""
    name = _name(written)
    while name is not None and (found := _SUFFIX.search(name)):
        name = name[: found.start()].rstrip(" ,")
    return None if name is None else _with_a_letter(name)


def postcode(written: str, region: str) -> str | None:
    """In clear: upper case, one space at most; in the United States five digits, or five and four."""
    code = re.sub(r"^(\d+)\.0+$", r"\1", " ".join(trimmed(written).upper().split()))
    if not _POSTCODE.fullmatch(code) or not any(map(str.isdigit, code)) or len(re.sub("[ -]", "", code)) < 3:
        return None
    if region != "US":
        return code
    found = re.fullmatch(r"(\d{5})(?:[- ]?(\d{4}))?", code)
    return None if found is None else "-".join(part for part in found.groups() if part)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def address_key(first: str | None, last: str | None, region: str | None, code: str | None) -> str | None:
    """Google's whole address: names hashed, region and postcode in clear. None unless all four are there."""
    if first is None or last is None or region is None or code is None:
        return None
    given, family, zip_code = given_name(first), family_name(last), postcode(code, region)
    if given is None or family is None or zip_code is None:
        return None
    return f"address:{sha256(given)}|{sha256(family)}|{region}|{zip_code}"


def _is_nothing(letter: str) -> bool:
    return letter in SPACE or unicodedata.category(letter) == "Cf"


def _is_letter_or_digit(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN" and unicodedata.normalize("NFKC", letter) == letter


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    return f"xn--{label.encode('punycode').decode()}" if all(map(_is_letter_or_digit, label.replace("-", ""))) else ""


def _readings(number: str) -> Iterator[str]:
    """As written; with 00 as a plus; without the (0) that is not dialled from abroad."""
    international = f"+{number[2:]}" if number.startswith("00") else number
    yield from (number, international, re.sub(r"^(\+\d{1,3}[ .-]*)\(0\)", r"\1", international))


def _e164(number: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _name(written: str) -> str | None:
    name = " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", trimmed(written)).lower()).split())
    return None if "@" in name or says_nothing(name) else _with_a_letter(name)


def _with_a_letter(name: str) -> str | None:
    return name if any(map(str.isalpha, name)) else None
