"""`consentric sandbox`: a Google and a Meta to practise on, on this machine."""

from __future__ import annotations

from typing import Final

import click

USAGE: Final = 64

_WRONG_ARGUMENTS: Final = 2


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox(arguments: tuple[str, ...]) -> int:
    """Play Google and Meta on this machine, to practise.

    No account is needed and nothing leaves this machine. `consentric sandbox --help` lists its own options.
    """
    from consentric.sandbox.main import main

    try:
        code = main(list(arguments))
    except SystemExit as ended:  # argparse ends the program itself, with 2 for a typo
        code = ended.code if isinstance(ended.code, int) else 0
    return USAGE if code == _WRONG_ARGUMENTS else code
