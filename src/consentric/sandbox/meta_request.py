"""A Graph API request, once transport is behind it: node, edge, parameters, token."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from consentric.sandbox.meta_errors import MetaError, invalid

VERSION: Final = "v26.0"
_PATH: Final = re.compile(r"/v(\d+)\.(\d+)/([A-Za-z0-9_]+)(?:/([a-z]+))?/?")
# Graph API changelog, versions: v20.0 has expired, v26.0 is the newest.
_OLDEST, _NEWEST = 21, 26


@dataclass(slots=True)
class GraphRequest:
    """What a client asks; parameters of the URL and of the body are one set, as in Graph."""

    method: str
    node: str
    edge: str
    params: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    token_in_url: bool = False
    payload_in_url: bool = False

    def text(self, name: str, default: str = "") -> str:
        """A parameter that is text."""
        value = self.params.get(name, default)
        if not isinstance(value, str):
            raise invalid(f"Param {name} must be a string")
        return value

    def structure(self, name: str) -> Any:
        """A parameter that is JSON, as JSON or as text with JSON in it."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise invalid(f"Param {name} must be valid JSON") from None

    def number(self, name: str, default: int) -> int:
        """A parameter that is a whole number, as number or digits."""
        value = self.params.get(name, default)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
            return int(value)
        if type(value) is not int:
            raise invalid(f"Param {name} must be an integer")
        return value

    def flag(self, name: str) -> bool:
        """A parameter that is true or false."""
        value = self.params.get(name, False)
        if value in (True, False):
            return bool(value)
        if value in ("true", "1", "false", "0", ""):
            return value in ("true", "1")
        raise invalid(f"Param {name} must be a boolean")


def read_request(method: str, target: str, authorization: str, content_type: str, body: bytes) -> GraphRequest:
    """Read method, target, token and parameters; ``MetaError`` if that cannot be done."""
    url = urlsplit(target)
    found = _PATH.fullmatch(url.path)
    if found is None:
        raise MetaError(2500, "Unknown path components.", status=404)
    major = int(found[1])
    if not _OLDEST <= major <= _NEWEST:
        raise MetaError(2635, "You are calling a deprecated version of the Ads API.")
    in_url = dict(parse_qsl(url.query, keep_blank_values=True))
    params: dict[str, Any] = {**in_url, **_body_params(content_type, body)}
    request = GraphRequest(method, found[3], found[4] or "", params)
    request.token_in_url = "access_token" in in_url
    request.payload_in_url = "payload" in in_url
    scheme, _, bearer = authorization.partition(" ")
    token = params.pop("access_token", "")
    request.token = bearer.strip() if scheme.lower() == "bearer" else str(token)
    # Custom Audience guide: big removals go as POST with the parameter method=DELETE.
    override = str(params.pop("method", method)).upper()
    if method == "POST" and override in ("DELETE", "GET", "POST"):
        request.method = override
    return request


def _body_params(content_type: str, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            params = orjson.loads(body)
            if not isinstance(params, dict):
                raise invalid("The body must be a JSON object")
            return params
        if kind in ("application/x-www-form-urlencoded", ""):
            return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000))
    except (orjson.JSONDecodeError, UnicodeDecodeError, ValueError):
        raise invalid("The body cannot be read") from None
    raise invalid("Unsupported content type")
