"""`python -m consentric` is the command `consentric`."""

from __future__ import annotations

import sys

from consentric.cli.main import main

sys.exit(main())
