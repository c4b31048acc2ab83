"""Finding what must not be shown: tokens and passwords, in lines of a file that may not even be valid YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from consentric.config.env import PLACEHOLDER
from consentric.config.tree import ListNode, MappingNode, Node, scalars

SECRET_KEYS = frozenset({"token", "app_secret"})
_OPEN = """
    platform customer_id login_customer_id backend terms_accepted by on customer_type endpoint ads_endpoint ad_account
    mode customer_file_source limited_data_use share_with on_refused_removal recipient agreement transfers
"""
OPEN_KEYS = frozenset(_OPEN.split())
SHORTEST = 4
LONG = 8

# Every repetition is bounded: these run over each line of a file that may be hostile.
_NAMED = re.compile(r"(?i)(?:tok\w{0,9}n|secret|passw\w{0,9}|api_?key)[\w-]{0,20}[\"']?\s{0,4}:\s{0,4}([^\s,#][^,#]*)")
_META_TOKEN = re.compile(r"EAA[A-Za-z0-9]{6,}")
_IN_URL = re.compile(r"://[^/\s:@]{0,99}:([^@\s/]{1,199})@")
_LONG = re.compile(r"[A-Za-z0-9_\-]{20,}")


def secrets_of_lines(lines: Iterable[str]) -> Iterator[str]:
    """What looks like a secret, whatever it stands under."""
    for line in filter(str.strip, lines):
        yield from _literal(found[1].strip(" \t\"'{}[]") for found in _NAMED.finditer(line))
        yield from _literal(found[1] for found in _IN_URL.finditer(line))
        yield from _literal(found[0] for found in _META_TOKEN.finditer(line))
        yield from (found[0] for found in _LONG.finditer(line) if _is_random(found[0]))


def secrets_of_tree(root: Node) -> Iterator[str]:
    """Every value of a destination that stands under a secret key, or under a key that nobody knows."""
    destinations = root.get("destinations") if isinstance(root, MappingNode) else None
    if not isinstance(destinations, MappingNode | ListNode):
        return
    for path, node in scalars(destinations):
        names = set(path[1:])
        if names & SECRET_KEYS:
            yield from _literal(line.strip() for line in node.raw.splitlines())
        elif not names & OPEN_KEYS:
            yield from _literal(word for word in node.raw.split() if len(word) >= LONG and any(map(str.isdigit, word)))


def secrets_of_env(root: Node, variables: Mapping[str, str]) -> Iterator[str]:
    """The values of the variables that secret keys name."""
    for path, node in scalars(root):
        if path and path[-1] in SECRET_KEYS:
            yield from (variables.get(found[1], "") for found in PLACEHOLDER.finditer(node.raw))


def worth_masking(texts: Iterable[str]) -> frozenset[str]:
    """Short texts would blot out ordinary words."""
    return frozenset(text for text in texts if len(text) >= SHORTEST)


def _literal(texts: Iterable[str]) -> Iterator[str]:
    """The texts without placeholders; the default of a placeholder is a literal again."""
    for text in texts:
        if not text.startswith("${"):
            yield text
        elif ":-" in text:
            yield text.partition(":-")[2].rstrip("}")


def _is_random(text: str) -> bool:
    kinds = (str.isdigit, str.isupper, str.islower)
    return all(any(kind(character) for character in text) for kind in kinds)
