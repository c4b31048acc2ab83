"""Cells made to break rules: every kind of dirt that exports have, on values of every field, at every boundary.

Half of the cells are clean or nearly so, half have one to three kinds of dirt. The same seed makes the same cells. Nobody is
meant by any of them.
"""

from __future__ import annotations

import random
import string
import unicodedata
from collections.abc import Callable, Iterator
from hashlib import md5, sha1, sha256
from typing import Final

from consentric.identifiers.rules.text import INVISIBLE, WHITE_SPACE

from . import samples

Make = Callable[[random.Random], str]

SCRIPTS: Final = [
    "anna", "Bo", "søren", "ÅGÅRD", "Łukasz", "Æbelø", "straße", "ẞ", "José", "Nguyễn", "Đặng", "İbrahim", "ısı", "ΝΙΚΟΣ", "Иван",
    "정", "山田", "فاطمة", "דוד", "Œuvre", "Þór", "Ħal", "ﬁnn", "Ⅷ", "K", "Å", "℡", "ª", "x̌", "J̌", "ǆ", "Ǆ", "नई", "ไทย",
]  # fmt: skip
CONFUSED: Final = str.maketrans("aeopcx", "аеорсх")
BIDI: Final = [("\u202a", "\u202c"), ("\u202d", "\u202c"), ("\u2066", "\u2069"), ("\u200e", ""), ("\u200f", "\u200f")]
DIGITS: Final = ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]
NOTHING: Final = [
    "", " ", "\u200b", "-", "–", "—", "…", "?", "N/A", "n.a.", "NULL", "(null)", "nan", "None", "unknown", "Ukendt",
    "ikke oplyst", "okänd", "oka\u0308nd", "0", "00000000", "x", "xxx", "test", "test@test.dk", "noemail@", "no-reply@x.dk",
    "a@a.dk", "#N/A", "#REF!",
    "true", "1900-01-01", "0000-00-00", "00000000-0000-0000-0000-000000000000", "+", "()", "@", ".", "e3b0c442",
]  # fmt: skip
ODD: Final = "\0\x07\x1b\x1c\x1f\x7f\x85\u2028\ufffd\U0001f600\u0301\u20dd\ue000\ufdd0'\"<>(),;:/\\|&%=+*~^`´’‘“”‐‑–—·"


def cell(make: Make, chance: random.Random) -> str | None:
    """One cell of a field, perhaps nothing, perhaps dirty."""
    draw = chance.random()
    if draw < 0.02:
        return None
    if draw < 0.06:
        return chance.choice(NOTHING)
    text = make(chance)
    if draw < 0.5:
        return text
    for _ in range(chance.choice([1, 1, 2, 3])):
        text = chance.choice(DIRT)(text, chance)
    return text


def cells(make: Make, count: int, seed: int) -> Iterator[str | None]:
    chance = random.Random(seed)
    return (cell(make, chance) for _ in range(count))


def email(chance: random.Random) -> str:
    local = (
        chance.choice(["", "", "a", "."]) + _word(chance) + chance.choice(["", ".", "..", "+tag", "_", "-", "'", "+"])
    )
    local += chance.choice(["", _word(chance), "x" * chance.choice([61, 62, 63, 64, 65])])
    host = chance.choice(
        ["gmail.com", "GMAIL.com", "googlemail.com", "x.dk", "x.co.uk", "sub.x.dk", "bogense-æ.dk", "münchen.de"]
    )
    other = (
        f"{_word(chance)}.{chance.choice(['dk', 'com', 'c', '1a', 'xn--p1ai', 'рф', 'invalid', 'localhost', 'x' * 64])}"
    )
    return local + "@" + chance.choice([host, host, other])


def phone(chance: random.Random) -> str:
    region = chance.choice(samples.REGIONS)
    number = samples.example(region, chance.randrange(11))
    written = chance.choice(samples.written_forms(number)) if number else "+" + region
    return "".join(
        chance.choice(string.digits) if each.isdigit() and chance.random() < 0.1 else each for each in written
    )


def name(chance: random.Random) -> str:
    worn = chance.choice(["", "", "", "Mr. ", "MRS. ", "Dr.", "ms. ", "Prof. "])
    between = chance.choice(["", " ", "-", "'", "’", " van der ", "  ", ", "])
    suffix = chance.choice(["", "", "", ", Jr.", " III", " PhD", ", jr., dds", " v", ",V", " Jr"])
    return worn + _word(chance) + between + chance.choice(["", _word(chance)]) + suffix


def place(chance: random.Random) -> str:
    city = chance.choice(
        [
            "København Ø",
            "San José",
            "New York",
            "Washington, D.C.",
            "St. John's",
            "8000 Aarhus C",
            "Île-de-France",
            "Łódź",
        ]
    )
    state = chance.choice(
        ["CA", "ca", "California", "North Carolina", "N.Y.", "Puerto Rico", "ON", "Bayern", "WA", "Hovedstaden"]
    )
    return chance.choice([city, state, _word(chance), _word(chance) + chance.choice(" -.'") + _word(chance)])


def postcode(chance: random.Random) -> str:
    digits = "".join(chance.choices(string.digits, k=chance.choice([1, 2, 3, 4, 5, 5, 6, 7, 9, 10, 12, 13])))
    dashed = digits[:5] + chance.choice(["-", " ", "", "–"]) + digits[5:]
    code = chance.choice(["SW1A 1AA", "m1 1ae", "1229-076", "K1A 0B1", "1012 AB", "DK-2100", "D04 X285", "GIR 0AA"])
    return chance.choice([digits, dashed, code, digits + ".0", "A" * chance.choice([2, 3, 12, 13]) + "1"])


def country(chance: random.Random) -> str:
    return chance.choice(
        ["DK", "dk", "DNK", "us", "USA", "UK", "GB", "EL", "GR", "NA", "NO", "XK", "Danmark", "d", "D K", "ＤＫ"]
    )


def day(chance: random.Random) -> str:
    year, month, of_month = chance.randint(1895, 2030), chance.randint(0, 13), chance.randint(0, 32)
    mark = chance.choice("--/.  ")
    first = chance.choice([f"{year:04}{mark}{month:02}{mark}{of_month:02}", f"{year}{mark}{month}{mark}{of_month}"])
    others = [
        f"{of_month:02}{mark}{month:02}{mark}{year}",
        f"{year:04}{month:02}{of_month:02}",
        f"{of_month:02}{month:02}{year}",
    ]
    behind = chance.choice(["", "", "T00:00:00", " 23:59:59.999", "T12:00Z", " 00:00:00+02:00", ".0", "T25"])
    return chance.choice([first, first, *others]) + behind


def gender(chance: random.Random) -> str:
    return chance.choice(
        ["m", "F", "Male", "FEMALE", "mand", "Kvinde", "w", "divers", "x", "1", "2", "männlich", "other", "he"]
    )


def mobile_id(chance: random.Random) -> str:
    digits = "".join(chance.choices("0123456789abcdefABCDEF", k=32))
    dashed = "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
    return chance.choice(
        [dashed, dashed.lower(), dashed.upper(), digits, "{" + dashed + "}", dashed[:-1], dashed + "a"]
    )


def external_id(chance: random.Random) -> str:
    number = str(chance.randrange(10 ** chance.randint(1, 18)))
    return chance.choice(
        [number, "0" + number, number + ".0", number + ".00", "-0.0", "C-" + number, _word(chance), "12.50"]
    )


def digest(chance: random.Random) -> str:
    made = sha256(_word(chance).encode()).hexdigest()
    other = chance.choice([md5, sha1])(made.encode()).hexdigest()
    return chance.choice(
        [made, made.upper(), made.title(), other, made[:-1], made + "0", made[:-1] + "g", sha256(b"").hexdigest()]
    )


def _word(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return chance.choice(SCRIPTS)
    word = "".join(chance.choices(string.ascii_lowercase + "æøåéü", k=chance.choice([1, 2, 3, 5, 8])))
    return chance.choice([word, word.title(), word.upper()])


def _invisible(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(INVISIBLE) + text[at:]


def _space(text: str, chance: random.Random) -> str:
    at = chance.choice([0, len(text), chance.randint(0, len(text))])
    return text[:at] + chance.choice(WHITE_SPACE) + text[at:]


def _odd(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(ODD) + text[at:]


def _other_digits(text: str, chance: random.Random) -> str:
    return text.translate(str.maketrans(string.digits, chance.choice(DIGITS)))


def _wide(text: str, chance: random.Random) -> str:
    """Some of the characters full-width."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" and chance.random() < 0.5 else each for each in text)


def _marked(text: str, chance: random.Random) -> str:
    before, after = chance.choice(BIDI)
    return before + text + after


def _several(text: str, chance: random.Random) -> str:
    return (
        text + chance.choice([";", ", ", "/", "|", " ", "\n", " og ", " or "]) + chance.choice([text, "x", "20304050"])
    )


def _dressed(text: str, chance: random.Random) -> str:
    forms = ["mailto:{}", "tel:{}", "Foo <{}>", '"{}"', "'{}", "<{}>", '=HYPERLINK("{}")', "{} (privat)", "{}#", "{}."]
    return chance.choice(forms).replace("{}", text)


def _spreadsheet(text: str, chance: random.Random) -> str:
    return chance.choice([text + ".0", "4.51E+09", "4,52e+9", text + ",00", "'" + text, text + "E+0"])


def _long(text: str, chance: random.Random) -> str:
    return (text or "x") * chance.choice([2, 8, 40, 200])


def _hashed(text: str, chance: random.Random) -> str:
    made = chance.choice([md5, sha1, sha256])(text.encode("utf-8", "surrogatepass")).hexdigest()
    return chance.choice([made, made.upper()])


DIRT: Final[list[Callable[[str, random.Random], str]]] = [
    _invisible,
    _space,
    _space,
    _odd,
    _other_digits,
    _wide,
    _marked,
    _several,
    _dressed,
    _spreadsheet,
    _long,
    _hashed,
    lambda text, _: unicodedata.normalize("NFD", text),
    lambda text, _: unicodedata.normalize("NFKD", text),
    lambda text, _: text.swapcase(),
    lambda text, _: text.translate(CONFUSED),
    lambda text, chance: text[: chance.randint(0, len(text))],
    lambda text, chance: "".join(chance.sample(text, len(text))),
]
