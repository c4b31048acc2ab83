"""Log lines on stderr, for people or as JSON with allow-listed fields only. No traceback is ever written."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, TextIO

from consentric.cli import terminal
from consentric.cli.redaction import redacted, without_secrets

FIELDS: Final = ("event", "run_id", "audience", "platform", "count", "request_id")

_NOISY: Final = ("absl", "facebook_business", "google", "grpc", "requests", "urllib3")


class RedactingFilter(logging.Filter):
    """Makes the message final, redacted, and drops whatever else the record carries."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


class LogStream(logging.StreamHandler[TextIO]):
    """Stderr, as long as somebody takes what is written there: a full or closed log changes no run and no exit code."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is the library's
        del record
        if isinstance(sys.exc_info()[1], OSError):
            with suppress(OSError, ValueError):
                terminal.leave_pipe(self.stream)


class JsonFormatter(logging.Formatter):
    """One object a line: ts, level, the allow-listed fields that are set, and the message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {"ts": _instant(record), "level": record.levelname.lower(), "event": "log"}
        for name in FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = without_secrets(value) if isinstance(value, str) else value
        line["message"] = record.getMessage()
        return json.dumps(line)


class TextFormatter(logging.Formatter):
    """`04:30:12 INFO loyal_customers → google: …`, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        return f"{_instant(record)[11:19]} {level}{record.getMessage()}"


def set_up_logs(*, verbosity: int, log_format: str) -> None:
    """Called once per run, when the command line is known."""
    handler = LogStream()
    handler.addFilter(RedactingFilter())
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    ours = logging.getLogger("consentric")
    ours.handlers = [handler]
    ours.propagate = False
    ours.setLevel(_level(verbosity))
    logging.raiseExceptions = False  # a closed stderr is no reason to fail
    for name in _NOISY:
        _silence(logging.getLogger(name))


def _level(verbosity: int) -> int:
    if verbosity < 0:
        return logging.WARNING
    return logging.DEBUG if verbosity > 0 else logging.INFO


def _silence(logger: logging.Logger) -> None:
    """Platform libraries log requests, and requests hold people: their errors reach us as exceptions instead."""
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    logger.handlers = [logging.NullHandler()]


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
