"""Opens destinations for changes. Only workflows/deliver.py may import this module; a contract of the build says so.

Drivers are loaded as in registry.py: when a destination is opened, and not before.
"""

from __future__ import annotations

from typing import assert_never

from consentric.destinations.retrying import Budget, Retrying
from consentric.model.project import Destination, GoogleAccount, MetaAccount
from consentric.ports import Clock, Sender


def open_sender(destination: Destination, clock: Clock, budget: Budget | None = None) -> Sender:
    """What changes a platform; workflows/deliver.py alone asks for one."""
    budget, name = budget or Budget(), destination.name
    match destination:
        case GoogleAccount():
            from consentric.destinations.google import client as google
            from consentric.destinations.google.connect import connect as connect_google

            connection = connect_google(destination)
            retrying = Retrying(clock, budget, destination=name, renew=connection.renew)
            return google.GoogleSender(destination, connection, retrying)
        case MetaAccount():
            from consentric.destinations.meta import client as meta
            from consentric.destinations.meta.connect import connect as connect_meta

            return meta.MetaSender(destination, connect_meta(destination), Retrying(clock, budget, destination=name))
        case _:
            assert_never(destination)
