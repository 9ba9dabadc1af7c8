"""How often a policy's clauses answer questions, from judged ones: the reranker's feature `prior`."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from eval.beir.folder import Passage

_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零〇\d]+条.*")
# A law of a thousand answers has a prior of about 1.
_MANY = 7.0


def policy_of(passage: Passage) -> str:
    """The policy of a passage: a clause's is in its address, an article's is its heading without the number."""
    policy, mark, _ = passage.id.partition("#")
    return policy if mark else _ARTICLE.sub("", passage.heading)


def priors(gold: Iterable[Iterable[str]], policies: Mapping[str, str]) -> dict[str, float]:
    """{policy: log(1 + its gold passages over all questions) / 7}; `policies` holds each passage's policy."""
    counts = Counter(policies[passage] for passages in gold for passage in passages)
    return {policy: math.log1p(count) / _MANY for policy, count in counts.items()}
