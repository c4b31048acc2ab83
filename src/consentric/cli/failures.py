"""How an error reaches its reader: one sentence and a hint on stderr, diagnostics with their place in the file."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from consentric.cli import terminal
from consentric.cli.invocation import Invocation
from consentric.cli.redaction import without_secrets
from consentric.errors import ConfigError, ConsentricError, Diagnostic, Interrupted


def report(error: ConsentricError, invocation: Invocation) -> int:
    """Tells the error in the form that the command owes, and gives the exit code."""
    if isinstance(error, ConfigError):
        show_diagnostics(error.diagnostics, invocation)
    else:
        terminal.write(_sentence(error, invocation.command), sys.stderr)
    if invocation.document and not (isinstance(error, ConfigError) and invocation.diagnostics == "json"):
        terminal.show_json(_document(error, invocation.document))
    return error.signal_code if isinstance(error, Interrupted) else error.exit_code


def show_diagnostics(diagnostics: tuple[Diagnostic, ...], invocation: Invocation) -> None:
    """For people on stderr; for machines on stdout."""
    from consentric.config import diagnostics as written

    match invocation.diagnostics:
        case "github":
            terminal.write(_lines(written.render_github(diagnostics)))
        case "json":
            document = {"format": invocation.document or "validate/1", "at": datetime.now(UTC).isoformat()}
            terminal.show_json({**document, "diagnostics": written.to_json(diagnostics)})
        case _:
            colour = invocation.colour and terminal.progress_at_terminal()
            terminal.write(_lines(written.render_text(diagnostics, colour=colour)), sys.stderr)


def _sentence(error: ConsentricError, command: str) -> str:
    from consentric.reporting.look import typed

    text = f"error[{error.code}]: {without_secrets(error.message)}\n"
    return f"{text}hint: {typed(without_secrets(error.hint), command)}\n" if error.hint else text


def _document(error: ConsentricError, name: str) -> dict[str, object]:
    exit_code = error.signal_code if isinstance(error, Interrupted) else error.exit_code
    told = {"code": error.code, "message": error.message, "hint": error.hint}
    return {"format": name, "at": datetime.now(UTC).isoformat(), "exit": exit_code, "error": told}


def _lines(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
