"""One state folder, one environment: a test file must not find itself at work on the lists of production."""

from __future__ import annotations

from consentric import config
from consentric.config.problems import Problems
from consentric.errors import ConfigError
from consentric.ledger import LedgerReader


def refuse_other_environment(loaded: config.Loaded, record: LedgerReader) -> None:
    """Raises ConfigError where the record was begun in another environment than the file names."""
    begun, named = record.environment, loaded.project.environment
    if begun is None or begun == named:
        return
    problems = Problems(loaded.document)
    path = ("environment",)
    problems.error(
        "A740",
        path if problems.is_there(path) else (),
        f"this file is of {_told(named)}, and the state folder was begun in {_told(begun)}",
        "name the state folder of this environment: --state DIR, or CONSENTRIC_STATE",
    )
    raise ConfigError(problems.sorted())


def _told(environment: str) -> str:
    return f"environment `{environment}`" if environment else "no environment"
