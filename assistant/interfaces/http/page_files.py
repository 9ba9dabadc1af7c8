"""Styles, scripts and images of the pages: kept by browsers, and asked after before they are used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope


class PageFiles(StaticFiles):
    """Files with an ETag; without a word on caching a browser would go on with those of an older version after an upgrade."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 304 for whoever has it."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
