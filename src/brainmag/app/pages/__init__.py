"""The pages: rendered on the server, filled by a few scripts that ask the REST interface."""

from brainmag.app.pages.router import build_router

__all__ = ["build_router"]
