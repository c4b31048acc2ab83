"""The second net under every log line: what looks like a customer or a secret is blacked out, whoever wrote it."""

from __future__ import annotations

import re
from typing import Final

_SECRETS: Final = (
    (re.compile(r"(?i)\b(bearer\s+)[^\s,;\"']+"), r"\1<token>"),
    (
        re.compile(
            r"(?i)\b((?:access_token|refresh_token|client_secret|app_secret|appsecret_proof|developer-token|password)"
            r"[\"']?\s*[=:]\s*[\"']?)[^\s&,;\"']+"
        ),
        r"\1<token>",
    ),
    (re.compile(r"\bEAA[A-Za-z0-9]{16,}"), "<token>"),
    (re.compile(r"\bya29\.[\w-]+"), "<token>"),
    (re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+\.[^\s@<>\"'(),;:=]+"), "<email>"),
    (re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{64}(?![0-9A-Za-z])"), "<hash>"),
)
_PHONE: Final = re.compile(
    r"(?<![\w.:-])(?<!account )(?!\d{4}-\d{2}-\d{2})"  # nor an account of ours or a date
    r"(?:\+|00)?\d(?:[\s().-]?\d){7,14}(?![\w:-])"
)


def without_secrets(text: str) -> str:
    """Without tokens, e-mail addresses and hashes."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def redacted(text: str) -> str:
    """Without anything of the above and without runs of digits that could be a phone number."""
    return _PHONE.sub("<phone>", without_secrets(text))
