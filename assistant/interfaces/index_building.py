"""`tiaowen index`: the retrieval index brought up to date, or built anew."""

from __future__ import annotations


def build_index(force: bool) -> str:
    """Build the index when it is missing, stale or torn (always with `force`); one Chinese line on what there is."""
    from assistant.documents.library import Library
    from assistant.interfaces.progress import progress_for
    from assistant.retrieval.search import Retriever
    from assistant.settings import load_settings

    settings = load_settings()
    library = Library.load(settings.corpus)
    retriever = Retriever.open(settings, library, progress_for(), rebuild=force)
    try:
        manifest = retriever.manifest
        return f"索引可用：{manifest.clauses} 条条款，建于 {manifest.built_at}，位于 {settings.indexes}"
    finally:
        retriever.close()
