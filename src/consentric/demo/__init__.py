"""The demo shop: an invented Danish webshop, Hyggeshop, as files on disk; nobody in it exists.

Imports nothing else of consentric. `python -m consentric.demo FOLDER` writes it by hand.
"""

from __future__ import annotations

from .canaries import canaries
from .changes import CHANGES_PHONE, WITHDRAWS, apply_change
from .shop import CUSTOMERS, NOW, SEED, ShopFiles, write_shop

__all__ = [
    "CHANGES_PHONE",
    "CUSTOMERS",
    "NOW",
    "SEED",
    "WITHDRAWS",
    "ShopFiles",
    "apply_change",
    "canaries",
    "write_shop",
]
