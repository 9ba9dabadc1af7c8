"""The library: all policies of the corpus, parsed; addresses, references and quotes are looked up here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from assistant.documents.clause import Clause, Span
from assistant.documents.naming import PolicyNames
from assistant.documents.policy import POLICY_FILE, Policy
from assistant.documents.policy_folder import PolicyFolder, read_folder
from assistant.documents.quoting import find_quote
from assistant.documents.resolving import Resolver
from assistant.errors import (
    CorpusError,
    DuplicatePolicyError,
    PolicyFileError,
    UnknownClauseError,
    UnknownPolicyError,
)


class Library:
    """Policies and clauses, read once and never changed; safe to share between threads."""

    def __init__(self, folders: Mapping[str, PolicyFolder]) -> None:
        """`folders` by policy id. Raises PolicyFileError when two policies share a name."""
        self._folders = folders
        self.policies: Mapping[str, Policy] = MappingProxyType(
            {key: folder.policy for key, folder in folders.items()}
        )
        self._clauses = {key: folder.clauses for key, folder in folders.items()}
        self._names = PolicyNames(self.policies)
        self._resolver = Resolver(self.policies, self._clauses, self._names)
        self.content_hash = _content_hash(folders)

    @classmethod
    def load(cls, corpus_dir: Path) -> Library:
        """Read every policy folder of `corpus_dir`. Raises CorpusError when one is broken; nothing is half-built."""
        return cls(_read_corpus(corpus_dir, {}))

    def reloaded(self, corpus_dir: Path) -> Library:
        """What `Library.load(corpus_dir)` gives now, with the parsed documents of the folders that have not changed.

        This library stays as it is. Raises CorpusError as `load` does.
        """
        return Library(_read_corpus(corpus_dir, self._folders))

    def clauses(self, policy_id: str | None = None) -> Iterator[Clause]:
        """All clauses in the order of the text, of one policy or of all."""
        for key in [self.policy(policy_id).id] if policy_id is not None else self.policies:
            yield from self._clauses[key].values()

    def policy(self, policy_id: str) -> Policy:
        """The policy with this id; raises UnknownPolicyError that names those that exist."""
        policy = self.policies.get(policy_id)
        if policy is None:
            raise UnknownPolicyError(f"没有编号为「{policy_id}」的政策；现有：{'、'.join(self.policies)}")
        return policy

    def clause(self, address: str) -> Clause:
        """The clause at a canonical address. Raises UnknownPolicyError or UnknownClauseError."""
        policy_id, _, path = address.partition("#")
        self.policy(policy_id)
        clause = self._clauses[policy_id].get(path)
        if clause is None:
            raise UnknownClauseError(self._resolver.unknown(policy_id, path))
        return clause

    def resolve(self, reference: str, policy_id: str | None = None) -> Clause:
        """The clause that a person means: 第8条, 第八条第二项, 附件3第10项, 专栏二, （十四）, a policy's name in front or not.

        Raises UnknownPolicyError, UnknownClauseError (naming the range that exists) or AmbiguousClauseError.
        """
        if policy_id is not None:
            self.policy(policy_id)
        return self._resolver.resolve(reference, policy_id)

    def candidates(self, reference: str, policy_id: str | None = None) -> list[Clause]:
        """All clauses that a reference may mean, read as `resolve` reads it; none where there is no such clause or policy."""
        if policy_id is not None and policy_id not in self.policies:
            return []
        return self._resolver.candidates(reference, policy_id)

    def find_policies(self, text: str) -> list[Policy]:
        """Policies named in `text` by id, title, alias or 文号, in the order of mention."""
        return [self.policies[key] for key in self._names.find(text)]

    def children(self, clause: Clause) -> list[Clause]:
        """The clauses directly below."""
        return [self._clauses[clause.policy_id][path] for path in clause.children]

    def full_text(self, clause: Clause) -> str:
        """Own text and that of all descendants, one below the other."""
        return "\n".join(node.text for node in self.descend(clause) if node.text)

    def descend(self, clause: Clause) -> Iterator[Clause]:
        """The clause and all below it, in the order of the text."""
        yield clause
        for child in self.children(clause):
            yield from self.descend(child)

    def source(self, policy_id: str) -> str:
        """The stored text, character for character."""
        return self._folders[self.policy(policy_id).id].text

    def leftovers(self, policy_id: str) -> tuple[Span, ...]:
        """Stored ranges that belong to no clause: white space, page breaks, page numbers."""
        return self._folders[self.policy(policy_id).id].document.leftovers

    def cite(self, address: str, quote: str) -> tuple[Clause, Span, str]:
        """Where `quote` stands: the clause (or the descendant) that holds it, the stored range, the words as mended.

        White space in the quote does not count, nothing else is forgiven. A standing whose stored range, white
        space aside, is the quote itself comes first (no page number inside). Raises UnknownClauseError.
        """
        clause = self.clause(address)
        source = self._folders[clause.policy_id].text
        for node in self.descend(clause):
            found = find_quote(node, quote, source)
            if found is not None:
                return node, found[0], found[1]
        shown = quote if len(quote) <= 40 else quote[:40] + "…"
        raise UnknownClauseError(
            f"《{self.policies[clause.policy_id].title}》{clause.label}中没有「{shown}」这句话"
        )


def _read_corpus(corpus_dir: Path, known: Mapping[str, PolicyFolder]) -> dict[str, PolicyFolder]:
    """Every policy folder by id, in the order of their names; `known` are those of an earlier reading."""
    if not corpus_dir.is_dir():
        raise CorpusError(f"没有语料目录 {corpus_dir}；应为放着各政策目录的文件夹")
    names = sorted(
        entry.name for entry in os.scandir(corpus_dir) if entry.is_dir() and not entry.name.startswith(".")
    )
    if not names:
        raise CorpusError(f"语料目录 {corpus_dir} 是空的；每个政策要有一个目录，内有 policy.yaml 和 text.txt")
    folders: dict[str, PolicyFolder] = {}
    homes: dict[str, Path] = {}
    for name in names:
        folder = corpus_dir / name
        read = read_folder(folder, known.get(name))
        policy_id = read.policy.id
        if policy_id in folders:
            raise DuplicatePolicyError(
                f"{folder / POLICY_FILE}：id「{policy_id}」已被 {homes[policy_id] / POLICY_FILE} 使用，每个政策的 id 必须不同"
            )
        folders[policy_id] = read
        homes[policy_id] = folder
    for policy_id, folder in homes.items():
        if policy_id != folder.name:
            raise PolicyFileError(
                f"{folder / POLICY_FILE}：id 的值「{policy_id}」不合法，应与所在目录同名（{folder.name}）"
            )
    return folders


def _content_hash(folders: Mapping[str, PolicyFolder]) -> str:
    digest = hashlib.sha256()
    for key in sorted(folders):
        digest.update(folders[key].identity)
    return digest.hexdigest()
