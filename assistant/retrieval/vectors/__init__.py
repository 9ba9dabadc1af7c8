"""The vector channel: vectors.npy is the truth and answers exactly; chromadb is a cache beside it."""
