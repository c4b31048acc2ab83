"""A session with Meta through its SDK: pinned host, token in a header, no redirects, and one gate for all answers.

Public pages: developers.facebook.com/docs/graph-api/guides/secure-requests (appsecret_proof). `FacebookAdsApi.init` is
never called: it would send crash reports and set a default for the whole process.
"""

from __future__ import annotations

from typing import Any, Final

import requests
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from consentric.destinations.base import hush, this_machine
from consentric.destinations.meta.answers import Answer, trusted
from consentric.destinations.meta.problems import NO_TOKEN
from consentric.model.project import MetaAccount
from consentric.model.secrets import Secret

HOST: Final = "https://graph.facebook.com"
VERSION: Final = "v26.0"
_CONNECT_SECONDS: Final = 10.0
_ANSWER_SECONDS: Final = 120.0
_LOGGERS: Final = ("urllib3", "requests", "facebook_business")


class Bearer(AuthBase):
    """Puts the token where no log of addresses sees it; being the session's own, it also keeps .netrc out."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


def connect(account: MetaAccount) -> FacebookAdsApi:
    """The SDK's api object; all its calls, and ours on its session, go through `_gate`."""
    token = account.token or _rehearsal_token(account)
    hush(_LOGGERS)
    session: Any = FacebookSession(
        app_secret=account.app_secret.reveal() if account.app_secret else None,
        access_token=token.reveal(),
        timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS),
    )
    session.GRAPH = f"http://{this_machine(account.endpoint)}" if account.endpoint else HOST
    _secure(session.requests, session.GRAPH, token)
    session.requests.trust_env = account.endpoint is None
    session.requests.hooks["response"] = [_gate(account.ad_account)]
    session.access_token = session.app_secret = None
    return FacebookAdsApi(session, api_version=VERSION)


def _rehearsal_token(account: MetaAccount) -> Secret:
    """A stand-in on this machine needs no real credential; the real platform does."""
    if account.endpoint is None:
        raise NO_TOKEN.about(account.ad_account).error()
    return Secret("rehearsal")


def _secure(session: requests.Session, host: str, token: Secret) -> None:
    session.params.pop("access_token")  # type: ignore[union-attr]
    session.auth = Bearer(token)
    # Only this host has an adapter, so a redirect or a foreign link has nowhere to go.
    session.adapters.clear()
    session.mount(f"{host}/", HTTPAdapter(max_retries=0))


def _gate(account: str) -> Any:
    """Runs on every answer, before the SDK or a redirect sees it; the SDK's own errors print whole requests."""

    def check(response: requests.Response, **_: object) -> requests.Response:
        trusted(Answer(response.status_code, response.headers, response.content), account)
        return response

    return check
