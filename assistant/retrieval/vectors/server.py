"""The cache on a Chroma server (`chroma run`), which replicas share: one collection a segment, named by its key.

A collection is created by one replica, which uploads the rows and marks it complete at the end; the others wait for the
mark. One that stays incomplete without growing was given up, and is replaced.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from assistant.retrieval.vectors.chroma import (
    CacheBusy,
    CacheFault,
    CollectionCache,
    collection_configuration,
    faults,
    library_version,
)
from assistant.retrieval.vectors.exact import VectorSegment

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

COLLECTION_PREFIX = "tiaowen-"

# A search waits no longer than this for the server before the exact search answers (and the server is left alone).
_ASK_SECONDS = 1.0
# A server that has just been started reads the graph at the first query.
_CHECK_SECONDS = 15.0
# The server answers an upload when the rows are in its log; a query after it may have to wait for the graph.
_WORK_SECONDS = 60.0
_BATCH = 2000
# Bytes of one request at most: servers refuse large bodies (40 MB by default), proxies often smaller ones. A number takes up
# to 14 characters when it goes as text.
_REQUEST_BYTES = 8 << 20
_NUMBER_BYTES = 14
# An incomplete collection that has not grown for this long was given up by whoever filled it.
_ABANDONED_SECONDS = 60.0


@dataclass
class ServerSource:
    """Caches on the server at `url` (http or https, an optional path)."""

    url: str
    ask_seconds: float = _ASK_SECONDS
    check_seconds: float = _CHECK_SECONDS
    abandoned_seconds: float = _ABANDONED_SECONDS
    _seen: dict[str, tuple[str, int, float]] = field(default_factory=dict)
    _given_up: set[str] = field(default_factory=set)

    def open(self, segment: VectorSegment, distrusted: str | None, stop: threading.Event) -> CollectionCache:
        """See CacheSource."""
        with faults():
            with closing(_Connection(self.url, self.check_seconds)) as connection:
                if not self._is_there(connection, segment, distrusted):
                    self._upload(segment, stop)
                collection = connection.get(collection_name(segment))
                identity = str(collection.id)
                CollectionCache(connection, collection, identity, local=False).check(segment)
            asking = _Connection(self.url, self.ask_seconds)
            try:
                collection = asking.get(collection_name(segment))
                return CollectionCache(asking, collection, str(collection.id), local=False)
            except BaseException:
                asking.close()
                raise

    def _is_there(self, connection: _Connection, segment: VectorSegment, distrusted: str | None) -> bool:
        """Whether there is a complete collection of `segment`; a useless one is removed.

        Raises CacheBusy while another process fills it.
        """
        from chromadb.errors import NotFoundError

        name = collection_name(segment)
        with suppress(NotFoundError):
            collection = connection.get(name)
            identity = str(collection.id)
            if identity != distrusted and _is_ours(collection, segment):
                if (collection.metadata or {}).get("complete") is True:
                    return True
                if not self._abandoned(name, identity, collection.count()):
                    raise CacheBusy("另一个进程正在上传缓存")
            connection.delete(name)
        return False

    def _abandoned(self, name: str, identity: str, count: int) -> bool:
        """Whether an incomplete collection is a failed upload of ours, or has stood still since it was first seen like this."""
        if identity in self._given_up:
            return True
        now = time.monotonic()
        seen = self._seen.get(name)
        if seen is None or seen[:2] != (identity, count):
            self._seen[name] = (identity, count, now)
            return False
        return now - seen[2] >= self.abandoned_seconds

    def _upload(self, segment: VectorSegment, stop: threading.Event) -> None:
        """A new collection of all rows, marked complete at the end."""
        from chromadb.errors import ChromaError

        name = collection_name(segment)
        mark = {"key": segment.key, "rows": len(segment), "chromadb": library_version()}
        size = max(1, min(_BATCH, _REQUEST_BYTES // (_NUMBER_BYTES * max(1, segment.width))))
        connection = _Connection(self.url, _WORK_SECONDS)
        try:
            try:
                collection = connection.create(name, {**mark, "complete": False})
            except ChromaError as error:
                if "already exists" in str(error):
                    raise CacheBusy("另一个进程正在上传缓存") from error
                raise
            try:
                for start in range(0, len(segment), size):
                    if stop.is_set():
                        raise CacheBusy("程序正在退出")
                    end = min(start + size, len(segment))
                    names = [str(row) for row in range(start, end)]
                    collection.add(ids=names, embeddings=segment.block(start, end))
                # The first query has the server bring its graph up to the log, outside anybody's search.
                collection.query(query_embeddings=segment.block(0, 1), n_results=1, include=["distances"])
                collection.modify(metadata={**mark, "complete": True})
            except BaseException:
                self._given_up.add(str(collection.id))
                with suppress(CacheFault), faults():
                    connection.delete(name)
                raise
        finally:
            connection.close()


def collection_name(segment: VectorSegment) -> str:
    """Name of the segment's collection on every server; the same content has the same name on all replicas."""
    return COLLECTION_PREFIX + segment.key


def _is_ours(collection: Collection, segment: VectorSegment) -> bool:
    metadata = collection.metadata or {}
    settings: Any = collection.configuration or {}
    return (
        metadata.get("key") == segment.key
        and metadata.get("rows") == len(segment)
        and (settings.get("hnsw") or {}).get("space") == "cosine"
    )


class _Connection:
    """chromadb's HTTP client with a session whose every wait ends after `seconds`.

    Its public HttpClient waits for ever, asks the server while it is being made, and obeys proxy variables even for loopback.
    """

    def __init__(self, url: str, seconds: float) -> None:
        import httpx
        from chromadb.api import ServerAPI
        from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT, Settings, System

        address = urlsplit(url)
        self._system = System(
            Settings(
                anonymized_telemetry=False,
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=url.rstrip("/"),
                chroma_server_http_port=address.port or (443 if address.scheme == "https" else 80),
                chroma_server_ssl_enabled=address.scheme == "https",
            )
        )
        self._server = self._system.instance(cast("Any", ServerAPI))
        bare = self._server._session
        loopback = _is_loopback(address.hostname or "")
        self._server._session = httpx.Client(timeout=seconds, headers=bare.headers, trust_env=not loopback)
        bare.close()
        self._system.start()
        self._home = {"tenant": DEFAULT_TENANT, "database": DEFAULT_DATABASE}

    def get(self, name: str) -> Collection:
        return self._collection(self._server.get_collection(name=name, **self._home))

    def create(self, name: str, metadata: dict[str, object]) -> Collection:
        """Raises chromadb's error when there is one of this name."""
        return self._collection(
            self._server.create_collection(
                name=name, metadata=metadata, configuration=collection_configuration(), **self._home
            )
        )

    def delete(self, name: str) -> None:
        self._server.delete_collection(name=name, **self._home)

    def close(self) -> None:
        self._server._session.close()
        self._system.stop()

    def _collection(self, model: Any) -> Collection:
        from chromadb.api.models.Collection import Collection

        return Collection(client=self._server, model=model, embedding_function=None)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
