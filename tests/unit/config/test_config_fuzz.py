"""Random breakages of whole files: no crash, no foreign words, no secret, every position inside the file.

`CONSENTRIC_FUZZ_SEED` and `CONSENTRIC_FUZZ_COUNT` ask for other or more breakages.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from consentric.config import load, render_github, render_text, to_json
from consentric.errors import ConfigError, Diagnostic

from .conftest import CORRECT, FIXTURES

SEED = int(os.environ.get("CONSENTRIC_FUZZ_SEED", "20261123"))
COUNT = int(os.environ.get("CONSENTRIC_FUZZ_COUNT", "500"))
CANARY = "EAABx7Qk2Lm9Zp4Rt6Vw1Yc8Nd3Hj5Gs0Fb7Ua2Ie9Od4Px6Cq1Wk8Mv3Tz5"
MOST_OF_A_SECRET = 16
FOREIGN = re.compile(
    r"(?i)pydantic|validation error|input should|field required|extra inputs|value error|valid dictionary|valid string|"
    r"instance of|errors\.pydantic|traceback|NoneType|<class"
)
VALUES = [
    "", "~", "5", "-1", "2,5", "5.000", "true", "[]", "{}", "[a, [b]]", "{a: {b: c}}", "'", '"', "&a x", "*a", "!!str x",
    "|", ">", ".nan", "1e400", "9" * 50, "${", "${X}", "@x", "日本", "\u2028", "- x", "? x", "2026-02-30",
    "99999999999 days", "off",
]  # fmt: skip
SIGNS = [" ", "\t", ":", ",", "[", "]", "{", "}", "'", '"', "#", "\n", "  ", "-", "é", "\r", "%"]
HOSTILE = {
    "one long word": "a" * 1_000_000,
    "half a token, often": "tok" * 340_000,
    "a long value": 'version: 1\ntimezone: "' + "a" * 1_000_000 + '"\n',
    "many spaces": 'version: 1\naudiences: {a: {who: {did: o, since: "5' + " " * 900_000 + 'ago"}}}\n',
    "many unknown keys": "".join(f"k{number}: 1\n" for number in range(25_000)),
    "many secrets": "destinations:\n  m:\n" + "".join(f"    k{n}: EAAB{n:08d}xX\n" for n in range(20_000)),
    "many wrong audiences": "audiences:\n"
    + "".join(f"  a{n}: {{who: {{dod: x}}, exclude: b{n}}}\n" for n in range(5_000)),
    "a long chain": "audiences:\n"
    + "".join(f"  a{n}: {{who: {{did: x}}, exclude: [a{n + 1}]}}\n" for n in range(5_000)),
    "a large number": "version: " + "9" * 900_000,
    "nothing but lines": "\n" * 900_000,
    "nothing but brackets": "[]" * 400_000,
    "half a variable, often": 'version: "' + "${" * 400_000 + '"\n',
}

Break = Callable[[random.Random, str], str]


def _drop(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.choice([1, 1, 1, 5, 40]) :]


def _insert(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(SIGNS) + text[at:]


def _misspell(chance: random.Random, text: str) -> str:
    word = chance.choice(list(re.finditer(r"\w{3,}", text)))
    at = chance.randrange(word.start(), word.end() - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _value(chance: random.Random, text: str) -> str:
    found = chance.choice(list(re.finditer(r": ([^,{}\[\]\n]+)", text)))
    return text[: found.start(1)] + chance.choice(VALUES) + text[found.end(1) :]


def _lines(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[one]
        case 1:
            lines.insert(one, lines[other])
        case 2:
            lines[one] = " " * chance.randrange(9) + lines[one].strip()
        case _:
            lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _space(chance: random.Random, text: str) -> str:
    found = chance.choice(list(re.finditer(r": ", text)))
    return text[: found.start()] + ":" + text[found.end() :]


BREAKS: list[Break] = [_drop, _insert, _misspell, _value, _lines, _space]


def _problems(path: Path) -> tuple[Diagnostic, ...]:
    try:
        return load(path, {"SECRET_TOKEN": CANARY}, contact=True).warnings
    except ConfigError as error:
        return error.diagnostics


def _check(found: tuple[Diagnostic, ...], content: bytes) -> None:
    lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", content.decode("utf-8"))
    for each in found:
        if each.line is not None:
            assert each.column is not None
            assert 1 <= each.line <= len(lines)
            assert 1 <= each.column <= len(lines[each.line - 1]) + 1
            assert each.width >= 1
    shown = render_text(found) + render_github(found) + repr(to_json(found))
    assert not FOREIGN.search(shown), shown
    pieces = (CANARY[start : start + MOST_OF_A_SECRET] for start in range(len(CANARY) - MOST_OF_A_SECRET))
    assert not any(piece in shown for piece in pieces), shown


@pytest.mark.parametrize("literal", [False, True], ids=["variable", "literal"])
def test_breakages(tmp_path: Path, literal: bool) -> None:
    """Whatever is broken, the answer is a list of problems in our words, within a second."""
    chance = random.Random(f"{SEED}-{literal}")
    token = CANARY if literal else '"${SECRET_TOKEN}"'
    bases = [CORRECT, (FIXTURES / "audiences.yaml").read_text("utf-8"), (FIXTURES / "marketer.yaml").read_text("utf-8")]
    bases = [re.sub(r'"\$\{META_(ACCESS_)?TOKEN\}"', lambda _: token, base) for base in bases]
    path = tmp_path / "audiences.yaml"
    for number in range(COUNT // 2):
        text = chance.choice(bases)
        for _ in range(chance.choice([1, 1, 1, 2, 3, 6])):
            text = chance.choice(BREAKS)(chance, text)
        path.write_text(text, "utf-8", newline="")
        try:
            _check(_problems(path), path.read_bytes())
        except Exception as error:
            error.add_note(f"breakage {number} of seed {SEED}:\n{text}")
            raise


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_soon(tmp_path: Path, name: str) -> None:
    """A file made to keep the reader busy ends with its problems, too."""
    path = tmp_path / "audiences.yaml"
    path.write_text(HOSTILE[name], "utf-8")
    found = _problems(path)
    _check(found, path.read_bytes())
    assert found


def test_five_hundred_audiences(tmp_path: Path) -> None:
    """A file of five hundred audiences is read; how fast is for the benchmarks."""
    audience = "  a{0}:\n    name: Audience {0}\n    who:\n      - {{did: orders, at_least: 2, in_the_last: 90 days}}\n" \
        "      - {{field: customers.country, is: [DK, SE]}}\n    exclude: buyers\n    send_to: [google, meta]\n"  # fmt: skip
    path = tmp_path / "audiences.yaml"
    path.write_text(CORRECT + "".join(audience.format(number) for number in range(500)), "utf-8")
    assert len(load(path, {}, contact=False).project.audiences) == 501
