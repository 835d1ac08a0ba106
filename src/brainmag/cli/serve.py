"""``brainmag serve``: the web app on this machine, until Ctrl-C."""

from __future__ import annotations

import errno
import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlunsplit

from brainmag.cli.interrupts import answer_interrupts, check_interrupts
from brainmag.cli.output import tell, write
from brainmag.commands.serve import ServeOptions
from brainmag.commands.values import check_language, read_count
from brainmag.errors import InputError
from brainmag.locales import text

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from brainmag.app.settings import Settings

HIGHEST_PORT = 65535


def serve(options: ServeOptions) -> int:
    """Serve until somebody ends it; return the exit status."""
    import sys  # noqa: PLC0415

    from brainmag.app.server import build_app  # noqa: PLC0415
    from brainmag.app.settings import (  # noqa: PLC0415
        DEFAULT_HOST,
        DEFAULT_PORT,
        Settings,
        find_data_folder,
    )

    lang = check_language(options.lang)
    port = read_count("--port", options.port, default=DEFAULT_PORT, highest=HIGHEST_PORT)
    settings = Settings(find_data_folder(), host=options.host or DEFAULT_HOST, port=port)
    bound = _bind(settings)
    address = _name_address(settings.host, bound.getsockname()[1])
    if settings.is_open:
        tell(text("app.open_to_others", lang=lang, given=settings.host))
    tell(text("app.starting", lang=lang))

    def announce() -> None:
        write(f"{address}\n")
        sys.stdout.flush()
        if options.open:
            webbrowser.open(address)

    app = build_app(settings)
    # The server hears Ctrl-C itself, ends what it has begun, and passes it on.
    with bound, suppress(KeyboardInterrupt, SystemExit):
        _build_server(app, announce).run(sockets=[bound])
    answer_interrupts()
    if app.state.failure is not None:
        raise app.state.failure
    return 0


def _build_server(app: FastAPI, announce: Callable[[], None]) -> uvicorn.Server:
    import uvicorn  # noqa: PLC0415

    class Server(uvicorn.Server):
        """Tells its address once it listens, and who waits that it ends."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            # From here on it hears Ctrl-C itself; what came before may have hit a library that
            # drops it.
            check_interrupts()
            await super().startup(sockets)
            if self.started:
                announce()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.desk.dismiss()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        access_log=False,
        ws="none",
        # Who asks is who is connected: others' word for it could be anybody's.
        proxy_headers=False,
        log_level="critical",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    return Server(config)


def _bind(settings: Settings) -> socket.socket:
    """Return a socket at the address asked for.

    Raises
    ------
    InputError
        ``app.port_in_use``, ``app.cannot_listen``.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Of a socket that is not told to be TCP asyncio does not turn off waiting for more to send: an
    # answer's body would then come 40 ms after its head.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError("app.port_in_use", given=settings.port) from error
        reason = error.strerror or type(error).__name__
        raise InputError("app.cannot_listen", given=settings.host, reason=reason) from error
    return bound


def _name_address(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return urlunsplit(("http", f"{name}:{port}", "/", "", ""))
