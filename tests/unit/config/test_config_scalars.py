"""Values: what stays text, what becomes a number, and how numbers written the Danish way are cured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from consentric.config.amounts import limited_share, number, share, truth, whole_number
from consentric.config.names import country, google_endpoint, google_id, meta_account, meta_endpoint
from consentric.config.problems import WrongValueError
from consentric.config.spans import bound, day, duration, lifetime, validity, zone
from consentric.config.yaml_scalars import meaning
from consentric.model.time import Ago, Duration, OnDate, Unit


@pytest.mark.parametrize(
    "text", ["NO", "no", "yes", "on", "off", "0800", "12:30", "12:30:45", "+4512345678", "1_000", "0x1F", "2026-01-31"]
)
def test_what_stays_text(text: str) -> None:
    """Words and numbers that YAML 1.1 would bend stay as they are written."""
    assert meaning(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("-3", -3), ("2.5", Decimal("2.5")), ("1e3", 1000), ("true", True), ("~", None), ("", None)],
)
def test_what_has_a_meaning(text: str, value: object) -> None:
    """Plain numbers, true and false, and nothing at all."""
    assert meaning(text) == value
    assert type(meaning(text)) is type(value)


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        (Decimal("5.000"), "`5000`"),
        ("1.250.000", "`1250000`"),
        ("2,5", "`2.5`"),
        ("1.250,75", "`1250.75`"),
        ("5000 kr", "`5000`"),
        ("5.000 kr.", "`5000`"),
        ("1_000", "`1000`"),
        ("two", "`2`"),
        ("7", "`7`, without quotes"),
        ("40%", "`40`, without `%`"),
    ],
)
def test_number_cures(written: object, cure: str) -> None:
    """A number that a Dane, or anybody, writes otherwise is refused with what to write."""
    with pytest.raises(WrongValueError) as caught:
        number(written)
    assert cure in caught.value.hint


def test_a_small_decimal_has_a_way_out() -> None:
    """1.234 could be a thousand and something; one more digit says that it is not."""
    with pytest.raises(WrongValueError, match="reads as"):
        number(Decimal("1.234"))
    assert number(Decimal("1.2340")) == Decimal("1.234")


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("90d", "`90 days`"),
        (90, "`90 days`"),
        ("3 måneder", "`3 months`"),
        ("24 hours", "`24 days`"),
        ("soon", "`90 days`"),
    ],
)
def test_duration_cures(written: object, hint: str) -> None:
    """A time without a known unit is refused with one that has it."""
    with pytest.raises(WrongValueError) as caught:
        duration(written)
    assert hint in caught.value.hint


def test_times() -> None:
    """Times, bounds and dates as the language writes them."""
    assert duration("90 days") == Duration(90, Unit.DAY)
    assert duration("1 month") == Duration(1, Unit.MONTH)
    assert bound("6 months ago") == Ago(Duration(6, Unit.MONTH))
    assert bound("2026-01-31") == OnDate(date(2026, 1, 31))
    assert validity("never") == "never"
    assert str(zone("Europe/Copenhagen")) == "Europe/Copenhagen"


@pytest.mark.parametrize("written", ["24-12-2026", "24.12.2026", "24/12/2026"])
def test_dates_day_first(written: str) -> None:
    """Day, month, year is turned round."""
    with pytest.raises(WrongValueError) as caught:
        day(written)
    assert caught.value.hint == "write `2026-12-24`"


@pytest.mark.parametrize("written", ["2026-02-30", "2026-13-01", "tomorrow", 20260101, None])
def test_no_such_day(written: object) -> None:
    """A day that is not on the calendar is refused."""
    with pytest.raises(WrongValueError):
        day(written)


@pytest.mark.parametrize("written", ["99999 days", "9999 years", "0 days", "6 months", "-1 days", "1.5 days"])
def test_lifetimes_that_cannot_be(written: str) -> None:
    """Nothing that runs off the calendar, and no time of nothing."""
    if written == "6 months":
        assert lifetime(written) == Duration(6, Unit.MONTH)
        return
    with pytest.raises(WrongValueError):
        lifetime(written)


@pytest.mark.parametrize(
    ("written", "hint"), [(5, "`5%`"), (Decimal("0.2"), "`20%`"), ("2,5%", "`2.5%`"), ("few", "`5%`")]
)
def test_share_cures(written: object, hint: str) -> None:
    """A share says its per cent sign."""
    with pytest.raises(WrongValueError) as caught:
        share(written)
    assert hint in caught.value.hint


def test_shares_and_truth() -> None:
    """Shares become parts of one; only true and false are true and false."""
    assert share("20%") == pytest.approx(0.2)
    assert share("150%") == pytest.approx(1.5)
    with pytest.raises(WrongValueError):
        limited_share("150%")
    assert truth(True) is True
    with pytest.raises(WrongValueError, match="true"):
        truth("ja")
    with pytest.raises(WrongValueError):
        whole_number(True)


def test_accounts() -> None:
    """Account numbers are taken as people copy them, and only from this kind of account."""
    assert google_id("123-456-7890") == "1234567890"
    assert google_id(1234567890) == "1234567890"
    assert meta_account("act_12") == "act_12"
    with pytest.raises(WrongValueError) as caught:
        meta_account(12)
    assert caught.value.hint == "write `act_12`"
    assert country("DK") == "DK"
    with pytest.raises(WrongValueError) as caught:
        country("UK")
    assert "`GB`" in caught.value.hint


@pytest.mark.parametrize("host", ["127.0.0.1", "127.200.3.4", "localhost", "[::1]"])
def test_endpoints_on_this_machine(host: str) -> None:
    """Loopback in all its spellings."""
    assert google_endpoint(f"{host}:9000") == f"{host}:9000"
    assert meta_endpoint(f"http://{host}:9001/") == f"http://{host}:9001"


@pytest.mark.parametrize(
    "written",
    [
        "graph.facebook.com:443", "10.0.0.1:9000", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1.evil.example:1",
        "localhost.evil.example:1", "127.0.0.1:1@evil.example:1", "0.0.0.0:1", "128.0.0.1:1", "127.0.0.999:1", "", None, 9000,
        "127.0.0.1:9000\n",
    ],
)  # fmt: skip
def test_endpoints_elsewhere(written: object) -> None:
    """Nothing that could lead off this machine is an endpoint."""
    with pytest.raises(WrongValueError):
        google_endpoint(written)
    with pytest.raises(WrongValueError):
        meta_endpoint(f"http://{written}")
