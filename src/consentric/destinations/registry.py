"""Opens destinations for questions: a driver is loaded when a destination is opened, and not before.

A run passes one Budget to everything that it opens, so that all its repeated calls are paid from one purse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from consentric.destinations.retrying import Budget, Retrying
from consentric.model.project import Destination, GoogleAccount, MetaAccount
from consentric.ports import Clock, Inspector

if TYPE_CHECKING:
    from consentric.destinations.google.ads import AdsReader


def open_inspector(destination: Destination, clock: Clock, budget: Budget | None = None) -> Inspector:
    """What asks and changes nothing."""
    budget, name = budget or Budget(), destination.name
    match destination:
        case GoogleAccount():
            from consentric.destinations.google import client as google
            from consentric.destinations.google.connect import connect as connect_google

            connection = connect_google(destination)
            retrying = Retrying(clock, budget, destination=name, renew=connection.renew)
            return google.GoogleInspector(destination, connection, retrying)
        case MetaAccount():
            from consentric.destinations.meta import client as meta
            from consentric.destinations.meta.connect import connect as connect_meta

            return meta.MetaInspector(destination, connect_meta(destination), Retrying(clock, budget, destination=name))
        case _:
            assert_never(destination)


def open_ads_reader(account: GoogleAccount, clock: Clock, budget: Budget | None = None) -> AdsReader:
    """Google Ads' own report on an account's lists, through the heavy google-ads client."""
    from consentric.destinations.google.ads import AdsReader

    return AdsReader(account, Retrying(clock, budget or Budget(), destination=account.name))
