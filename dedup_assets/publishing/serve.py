"""A server for looking at a published site on this machine: files of that site and its earlier ones, nothing else.

It listens on the loopback address, answers only to that address's own names (so that no page from elsewhere can read a
tier through a browser), lists no folder and follows no link out of the publications. A city puts its public site behind
a web server of its own; this is not one.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dedup_assets.errors import UserError
from dedup_assets.publishing.site import Place

if TYPE_CHECKING:
    import io

HOST = "127.0.0.1"


class ServeError(UserError):
    """A site cannot be served; the message says why."""


def server(site: Path, port: int) -> ThreadingHTTPServer:
    """A server of ``site`` on the loopback address, not started yet; port 0 takes any free one.

    Raises ServeError when nothing is published there, or when the port is taken.
    """
    if not (site / "index.html").is_file():
        raise ServeError(f"nothing is published at {site}; run `dedup publish` first")
    try:
        return ThreadingHTTPServer((HOST, port), partial(_Handler, directory=str(site)))
    except OSError as error:
        raise ServeError(f"port {port} cannot be used ({error.strerror}); name another with --port") from error


class _Handler(SimpleHTTPRequestHandler):
    """One request. What is asked for is looked up anew each time, so a new publication shows at once."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """The file of the request; an error for what is not of the site."""
        asked = self.headers.get("Host", "").rsplit(":", 1)[0]
        if asked not in {HOST, "localhost"}:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "This server answers on this machine alone")
            return None
        if not self._is_of_site(Path(self.translate_path(self.path))):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def _is_of_site(self, path: Path) -> bool:
        """Whether a path leads to a file, or to a folder with an index page, of the site or of one before it."""
        site = Path(self.directory)
        try:
            real = path.resolve()
            real.stat()
        except (OSError, ValueError):  # nothing is there, or nothing can be: too long, or with a null byte
            return False
        inside = any(real.is_relative_to(root) for root in (site.resolve(), Place(site).versions.resolve()))
        return inside and (real.is_file() or (real / "index.html").is_file())

    def list_directory(self, path: object) -> None:  # noqa: ARG002  # whatever the folder, it is not listed
        """No folder is listed."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Headers that keep a page from being read by, or from loading, anything else."""
        self.send_header("Content-Security-Policy", "default-src 'self' data:; style-src 'self' 'unsafe-inline'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's name
        """Nothing: a log of requests would be a log of who looked at what."""
