"""Texts, names and addresses as the file writes them: columns, keys, accounts, endpoints, countries."""

from __future__ import annotations

import codecs
import re
from decimal import Decimal

from consentric.config.amounts import MISUNDERSTOOD
from consentric.config.problems import WrongValueError, did_you_mean

_SNAKE = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LONGEST_ENVIRONMENT = 40
_GOOGLE_ID = re.compile(r"[0-9][0-9-]*")
_LOOPBACK = r"(?:127(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}|localhost|\[::1\])"
_PORT = r":([0-9]{1,5})"
_GOOGLE_ENDPOINT = re.compile(_LOOPBACK + _PORT)
_META_ENDPOINT = re.compile("http://" + _LOOPBACK + _PORT + "/?")
_ISO_3166 = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE
    GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM
    KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
    NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH
    SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG
    VI VN VU WF WS XK YE YT ZA ZM ZW
"""
_COUNTRIES = frozenset(_ISO_3166.split())
_COUNTRY_CURES = {"UK": "GB", "DANMARK": "DK", "DENMARK": "DK", "SVERIGE": "SE", "SWEDEN": "SE", "NORGE": "NO"}


def text(value: object) -> str:
    """Some text; a number will do where a text is wanted."""
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    if value is None or value == "":
        raise WrongValueError("A100", "`{key}` is empty", "write a text, or remove the key")
    raise WrongValueError("A100", "`{key}` must be a text", 'put it in quotes: `"…"`')


def environment(value: object) -> str:
    """A word such as `test`, that a person tells apart at a glance."""
    found = text(value)
    if _NAME.fullmatch(found) and len(found) <= _LONGEST_ENVIRONMENT:
        return found
    raise WrongValueError("A104", MISUNDERSTOOD, "write one word, e.g. `test` or `production`")


def column(value: object) -> str:
    """The name of a column, as it is written in the source."""
    found = text(value)
    if any(character in found for character in "\n\r\t"):
        raise WrongValueError("A104", "`{key}` must be the name of one column", "write it on one line")
    return found


def names(value: object) -> tuple[str, ...]:
    """One name or a list of names; an empty list is none."""
    items = value if isinstance(value, list) else [value]
    found: list[str] = []
    for index, item in enumerate(items):
        at = (index,) if isinstance(value, list) else ()
        if not isinstance(item, str) or not item.strip():
            hint = "`[]` means none" if item is None else "write e.g. `{key}: [one, another]`"
            raise WrongValueError("A100", "`{key}` must be a name or a list of names", hint, at=at)
        if item not in found:
            found.append(item)
    return tuple(found)


def filename(value: object) -> str:
    found = text(value)
    if "://" in found:
        raise WrongValueError(
            "A104", "`{key}` must be a path on this machine", "write a path, e.g. `exports/customers.csv`"
        )
    return found


def one_character(value: object) -> str:
    if value == "tab":
        return "\t"
    found = str(value) if isinstance(value, int) else value
    if isinstance(found, str) and len(found) == 1 and (found.isprintable() or found == "\t"):
        return found
    raise WrongValueError(
        "A104", "`{key}` must be one character", 'put it in quotes, e.g. `";"`; for a tab write `tab`'
    )


def encoding(value: object) -> str:
    found = text(value)
    try:
        info = codecs.lookup(found)
    except (LookupError, ValueError):
        info = None
    if info is None or not getattr(info, "_is_text_encoding", True):
        hint = did_you_mean(found, ("utf-8", "utf-16", "latin-1", "cp1252"), "write e.g. `utf-8` or `latin-1`")
        raise WrongValueError("A104", "there is no encoding called `{raw}`", hint)
    return found


def currency(value: object) -> str:
    if isinstance(value, str) and re.fullmatch("[A-Z]{3}", value):
        return value
    upper = str(value).upper()
    raise WrongValueError("A104", MISUNDERSTOOD, f"write `{upper if re.fullmatch('[A-Z]{3}', upper) else 'DKK'}`")


def country(value: object) -> str:
    """A country by its two letters."""
    upper = str(value).strip().upper()
    if isinstance(value, str) and value in _COUNTRIES:
        return value
    cure = _COUNTRY_CURES.get(upper) or (upper if upper in _COUNTRIES else "DK")
    raise WrongValueError("A104", "there is no country `{raw}`", f"write its two letters, e.g. `{cure}`")


def google_id(value: object) -> str:
    """A customer id, with or without its dashes, as digits."""
    found = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if _GOOGLE_ID.fullmatch(found):
        return found.replace("-", "")
    raise WrongValueError("A104", "`{key}` is not a Google Ads customer id", "write its digits, e.g. `123-456-7890`")


def meta_account(value: object) -> str:
    found = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if re.fullmatch("act_[0-9]+", found):
        return found
    hint = f"write `act_{found}`" if re.fullmatch("[0-9]+", found) else "write e.g. `act_1234567890`"
    raise WrongValueError("A104", "`{key}` is not a Meta ad account", hint)


def google_endpoint(value: object) -> str:
    return _endpoint(value, _GOOGLE_ENDPOINT, "127.0.0.1:9000")


def meta_endpoint(value: object) -> str:
    return _endpoint(value, _META_ENDPOINT, "http://127.0.0.1:9001")


def _endpoint(value: object, pattern: re.Pattern[str], example: str) -> str:
    found = pattern.fullmatch(value) if isinstance(value, str) else None
    if found and 0 < int(found[1]) < 65_536:
        return found[0].rstrip("/")
    message = "`{key}` must be on this machine: it exists for rehearsals"
    raise WrongValueError("A213", message, f"write e.g. `{example}`, or remove the key to reach the real platform")


def is_key(name: str) -> bool:
    """Lower case, digits, underscores: what the key of an audience may be."""
    return _SNAKE.fullmatch(name) is not None


def is_name(name: str) -> bool:
    """What a source, a destination or a purpose may be called."""
    return _NAME.fullmatch(name) is not None


def as_key(name: str) -> str:
    """The nearest key to a name."""
    snake = re.sub(r"[^a-z0-9]+", "_", name.casefold().translate({230: "ae", 248: "oe", 229: "aa"})).strip("_")
    return snake if is_key(snake) else f"audience_{snake}".rstrip("_")
