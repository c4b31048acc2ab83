"""What Hyggeshop sells: article numbers, categories and prices in øre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# category → prices in kroner; the list is the category's articles
_PRICES: Final[dict[str, tuple[int, ...]]] = {
    "Coffee": (79, 85, 89, 95, 99, 109, 119, 129, 149, 169, 199, 349),
    "Tea": (59, 65, 79, 99, 129),
    "Grinders": (399, 699, 1299, 2499),
    "Machines": (899, 2299, 4999, 8999),
    "Brewing": (49, 129, 199, 249, 349, 499),
    "Mugs": (79, 99, 129, 149, 199),
    "Textiles": (149, 249, 399, 599, 899),
    "Candles": (59, 89, 129, 179),
    "Kitchen": (99, 149, 249, 399, 749),
    "Chocolate": (39, 49, 69, 99),
}
DOWNLOADS: Final = (
    "catalogue-autumn-2026.pdf",
    "catalogue-christmas-2026.pdf",
    "brewing-guide.pdf",
    "grind-size-chart.pdf",
)


@dataclass(frozen=True, slots=True)
class Article:
    sku: str
    category: str
    price: int


def _articles() -> Iterator[Article]:
    for category, prices in _PRICES.items():
        for number, price in enumerate(prices, start=1):
            yield Article(f"{category[:3].upper()}-{number:03}", category, price * 100)


ARTICLES: Final = tuple(_articles())
BY_CATEGORY: Final = {
    category: tuple(article for article in ARTICLES if article.category == category) for category in _PRICES
}
