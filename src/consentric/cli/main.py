"""The command `consentric`: prepares the process, runs one command, and turns whatever happens into an exit code.

0 done · 1 failed · 2 changes (plan --detailed-exitcode) · 3 the file · 4 stopped by a guard · 5 partly done ·
6 credentials · 64 command line · 75 locked · 130 Ctrl-C · 143 SIGTERM
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from errno import ENOSPC
from typing import Final

import click

from consentric.cli import failures, process, terminal
from consentric.cli.interruption import CTRL_C, TERMINATED, Terminated
from consentric.cli.invocation import Invocation
from consentric.cli.program import program
from consentric.errors import ConsentricError

USAGE: Final = 64


def main(arguments: Sequence[str] | None = None) -> int:
    """The one place where errors end."""
    process.harden()
    process.forgiving_output()
    invocation = Invocation()
    try:
        with invocation.interruption.listening():
            code = program.main(arguments, prog_name="consentric", standalone_mode=False, obj=invocation)
        return code if isinstance(code, int) else 0
    except click.UsageError as error:  # NoSuchOption, NoSuchCommand and their like say 2, which means changes here
        error.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        return CTRL_C
    except Terminated:
        return TERMINATED
    except ConsentricError as error:
        return invocation.interruption.at_once or failures.report(error, invocation)
    except (BrokenPipeError, SystemExit):  # click ends the program itself when the reader of its help has left
        terminal.leave_pipe(sys.stdout)
        return 0
    except Exception as error:  # noqa: BLE001 - a bug: no message of a library may be shown, it may quote a customer
        if invocation.interruption.at_once is not None:  # DuckDB tells a signal as a RuntimeError
            return invocation.interruption.at_once
        if isinstance(error, OSError) and error.errno == ENOSPC:  # click writes help and version itself
            terminal.leave_pipe(sys.stdout)
            return failures.report(terminal.unwritten(error), invocation)
        terminal.write(process.bug_report(error, invocation.verbosity) + "\n", sys.stderr)
        return 1
