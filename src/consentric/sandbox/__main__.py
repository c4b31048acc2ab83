"""``python -m consentric.sandbox``."""

from __future__ import annotations

import sys

from consentric.sandbox.main import main

sys.exit(main(sys.argv[1:]))
