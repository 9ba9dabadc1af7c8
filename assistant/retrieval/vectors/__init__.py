"""The vector channel: vectors.npy is the truth and answers exactly; chromadb is a cache beside it."""

from assistant.retrieval.vectors.collection import (
    MUTABLE_FILES,
    VectorIndex,
    build_vectors,
    library_version,
)

__all__ = ["MUTABLE_FILES", "VectorIndex", "build_vectors", "library_version"]
