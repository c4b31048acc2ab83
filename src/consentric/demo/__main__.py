"""`python -m consentric.demo FOLDER`: writes the demo shop and says how large it is."""

from __future__ import annotations

import argparse
from pathlib import Path

from .people import MINIMUM
from .shop import CUSTOMERS, SEED, write_shop


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m consentric.demo", description="Write the demo shop below FOLDER/data."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--customers", type=int, default=CUSTOMERS, metavar="N", help=f"how many (at least {MINIMUM})")
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="another seed, another shop")
    arguments = parser.parse_args()
    if arguments.customers < MINIMUM:
        parser.error(f"--customers must be at least {MINIMUM}")
    shop = write_shop(arguments.folder, customers=arguments.customers, seed=arguments.seed)
    for name, rows in shop.rows.items():
        print(f"{rows:>9,}  data/{name}")


if __name__ == "__main__":
    main()
