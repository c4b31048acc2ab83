"""HTTP/1.1 for the Graph API and the control API: keep-alive, threads, and connections that break."""

from __future__ import annotations

import logging
import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import orjson

from consentric.sandbox.control import Control
from consentric.sandbox.meta_graph import GraphApi, Reply
from consentric.sandbox.world import World

_LOGGER: Final = logging.getLogger(__name__)
_MOST_BYTES: Final = 64 * 1024 * 1024
_CONTROL: Final = "/_sandbox/"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], graph: GraphApi, control: Control) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.graph, self.control = graph, control
        super().__init__(address, _Handler)

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """Clients go away in the middle; that is their business. The rest is ours."""
        if isinstance(sys.exception(), OSError):
            _LOGGER.info("a connection ended early")
        else:
            _LOGGER.exception("the sandbox itself failed")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 75
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self._body()
        if body is None:
            return
        if self.path.startswith(_CONTROL):
            status, answer = self.server.control.answer(self.command, self.path, body)
            self._send(Reply(status, orjson.dumps(answer)))
            return
        reply = self.server.graph.answer(
            self.command,
            self.path,
            self.headers.get("Authorization", ""),
            self.headers.get("Content-Type", ""),
            body,
        )
        if reply.breaks:
            self._break()
        else:
            self._send(reply)

    def _body(self) -> bytes | None:
        """All of the body, so that the next request on this connection starts where it should."""
        if self.headers.get("Transfer-Encoding"):
            self._refuse(411, "Length required")
            return None
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            self._refuse(400, "Bad Content-Length")
            return None
        if int(length) > _MOST_BYTES:
            self._refuse(413, "Too large")
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            # The client went away in the middle of its request: nothing of it counts.
            self.close_connection = True
            return None
        return body

    def _refuse(self, status: int, message: str) -> None:
        self.close_connection = True
        self._send(Reply(status, orjson.dumps({"error": {"message": message, "code": 100}})))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)

    def _break(self) -> None:
        """Reset the connection instead of answering."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        """The request log has its own; targets may hold tokens and keys."""


class MetaServer:
    """The HTTP server with its thread."""

    def __init__(self, world: World, host: str, port: int) -> None:
        try:
            self._server = _Server((host, port), GraphApi(world), Control(world))
        except OSError as error:
            raise OSError(f"cannot listen on {host}:{port}: {error.strerror}") from None
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop at once."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()
