"""The setups: ours, and two that people use today, each given the same passages and the same static encoder.

- `ours`: the product's index and Retriever.
- `assistant`: on the product's own questions only, what its interfaces call: Assistant.search, with look-ups of clause numbers and 文号.
- `langchain`: BM25Retriever (rank_bm25) over jieba's words and Chroma over our vectors, in an EnsembleRetriever of equal weights.
- `haystack`: DocumentSplitter, InMemoryBM25Retriever and InMemoryEmbeddingRetriever over one InMemoryDocumentStore, joined by
  reciprocal rank, with the defaults of each. The splitter cuts after 200 words, where a word is what stands between blanks, so that
  hardly a Chinese passage is cut; the keyword search of version 3 takes each Chinese character for a word (older versions took a
  whole stretch between punctuation marks). It can be given another regular expression, but no jieba, by its parameter.

All else stays at the libraries' defaults but how many results each retriever hands on: 4 or 10 by default, here as many as are
measured. A passage is one document; its id travels in the metadata. The packages come with the extra `baselines`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import Entry, IndexSource
from assistant.retrieval.progress import SilentProgress
from assistant.settings import load_settings
from eval.baselines.task import DEPTH, passages_of_chunks
from eval.beir.folder import Passage
from eval.scale.index import open_retriever, write_index

TASKS = ("beir", "product")

Rank = Callable[[str], list[str]]  # question -> passage ids, best first, at most 100

_EMBED_BATCH = 1024
_TOGETHER = 60
_ASSISTANT_DEPTH = 50  # what Assistant.search allows


@dataclass(frozen=True)
class Setup:
    """`build(passages, encoder source, folder)` makes the setup ready in this process and gives its search.

    `lasting`: whether a later process opens what was built from the folder; the others build anew in every process. `tasks`: what
    it is made for.
    """

    title: str
    packages: tuple[str, ...]
    build: Callable[[Sequence[Passage], str, Path], Rank]
    lasting: bool = False
    tasks: tuple[str, ...] = TASKS

    def missing(self) -> list[str]:
        """Packages that are not installed."""
        return [name for name in self.packages if find_spec(name) is None]


def full_text(passage: Passage) -> str:
    """The text of a passage as a document: where it stands, a blank, its words."""
    return f"{passage.heading} {passage.text}".strip()


def build_ours(passages: Sequence[Passage], encoder: str, folder: Path) -> Rank:
    """The product's retriever; the index is opened when it is there, else built."""
    index = folder / "index"
    if not index.is_dir():
        entries = (Entry(one.id, policy, one.heading, one.text) for policy, one in _policies(passages))
        write_index(index, IndexSource.of_entries(entries), encoder, SilentProgress())
    retriever = open_retriever(index, encoder)
    return lambda question: [hit.address for hit in retriever.search(question, DEPTH)]


def _policies(passages: Sequence[Passage]) -> Iterator[tuple[str, Passage]]:
    """Each passage with its policy: a clause's is in its address, other passages are put together by sixty in their order."""
    for number, passage in enumerate(passages):
        policy, mark, _ = passage.id.partition("#")
        yield (policy if mark else f"passages-{number // _TOGETHER}"), passage


def build_assistant(passages: Sequence[Passage], encoder: str, folder: Path) -> Rank:
    """The product's whole search over its own corpus, whose clauses the passages are; it gives 50 results at most."""
    from assistant.service import Assistant

    folders = {"index_dir": folder / "index", "data_dir": folder / "data", "encoder": encoder}
    assistant = Assistant.open(load_settings().model_copy(update=folders))
    return lambda question: [found.clause.address for found in assistant.search(question, _ASSISTANT_DEPTH)]


def build_langchain(passages: Sequence[Passage], encoder: str, folder: Path) -> Rank:
    """LangChain's usual hybrid; BM25Retriever keeps nothing on disk, so that every process builds it."""
    import jieba
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

    model = _encoder(encoder)

    class OurVectors(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [row for batch in _batches(texts) for row in model.encode(batch).tolist()]

        def embed_query(self, text: str) -> list[float]:
            vector: list[float] = model.encode_queries([text])[0].tolist()
            return vector

    documents = [Document(full_text(one), metadata={"source": one.id}) for one in passages]
    keywords = BM25Retriever.from_documents(documents, preprocess_func=jieba.lcut, k=DEPTH)
    store = Chroma.from_documents(documents, OurVectors(), persist_directory=str(folder / "chroma"))
    vectors = store.as_retriever(search_kwargs={"k": DEPTH})
    ensemble = EnsembleRetriever(retrievers=[keywords, vectors], weights=[0.5, 0.5])
    return lambda question: passages_of_chunks(one.metadata["source"] for one in ensemble.invoke(question))


def build_haystack(passages: Sequence[Passage], encoder: str, folder: Path) -> Rank:
    """Haystack's in-memory hybrid; its store lives in the process alone."""
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    model = _encoder(encoder)
    documents = [Document(content=full_text(one), meta={"source": one.id}) for one in passages]
    splitter = DocumentSplitter()
    splitter.warm_up()
    chunks = splitter.run(documents=documents)["documents"]
    vectors = [
        row for batch in _batches([chunk.content for chunk in chunks]) for row in model.encode(batch).tolist()
    ]
    for chunk, vector in zip(chunks, vectors, strict=True):
        chunk.embedding = vector
    store = InMemoryDocumentStore()
    store.write_documents(chunks)
    keywords = InMemoryBM25Retriever(store, top_k=DEPTH)
    nearest = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def rank(question: str) -> list[str]:
        found = [
            keywords.run(query=question)["documents"],
            nearest.run(query_embedding=model.encode_queries([question])[0].tolist())["documents"],
        ]
        joined = joiner.run(documents=found)["documents"]
        return passages_of_chunks(chunk.meta["source"] for chunk in joined)

    return rank


def _encoder(source: str) -> Encoder:
    from assistant.retrieval.encoder import load_encoder

    return load_encoder(source)


def _batches(rows: Sequence[Any]) -> list[list[Any]]:
    return [list(rows[start : start + _EMBED_BATCH]) for start in range(0, len(rows), _EMBED_BATCH)]


SETUPS: Mapping[str, Setup] = {
    "ours": Setup("ours", (), build_ours, lasting=True),
    "assistant": Setup(
        "ours, Assistant.search with look-ups", (), build_assistant, lasting=True, tasks=("product",)
    ),
    "langchain": Setup(
        "LangChain: BM25Retriever (jieba) + Chroma, EnsembleRetriever",
        ("langchain_classic", "langchain_community", "langchain_chroma", "rank_bm25"),
        build_langchain,
    ),
    "haystack": Setup("Haystack: BM25 + embeddings, all defaults", ("haystack",), build_haystack),
}
