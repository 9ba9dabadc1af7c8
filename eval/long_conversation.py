"""A long mixed conversation, timed where it is long: facts, corrections, lookups, follow-ups, suppositions, clause numbers."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.agent.answer import Answer
from assistant.retrieval.progress import Progress
from eval.answers import Ask
from eval.steps import step

FIRST, LAST = 35, 45  # the turns that are timed, counted from 1
TURNS = (
    "你好", "我们是三明一家水泥厂，想申报零碳工厂", "2021年排放12万吨", "去年排了5.2万吨", "抵消了4.8万吨", "这个占比超了吗",
    "抵消有什么要求", "那近零碳呢", "第八条第二项怎么说", "更正一下，去年是4.9万吨", "碳削减率现在多少", "还差多少",
    "如果抵消改成7万吨呢", "申报要交哪些材料", "交给谁", "第四步是什么", "现场核查抽几家，一共13家", "我们工业增加值1.5亿元",
    "碳排放强度多少", "能拿几分", "福州2030年的目标是什么", "全省呢", "减污降碳方案里谁负责农业", "林业碳汇那个答复是哪年的",
    "附件三第十项", "办法有效期到什么时候", "是正式文件吗", "近36个月没出过事故", "也没有被处罚", "不是失信被执行人",
    "有省级绿色工厂称号", "年综合能耗8000吨标准煤", "节能改造做了4个项目", "近零碳要求降多少", "培育期初5万吨，期末4.7万吨",
    "够不够近零碳", "那回到零碳工厂，我们够不够", "还缺什么", "抵消最多能抵多少吨", "再多抵消3000吨呢", "第三款呢",
    "碳抵消得分怎么算", "他们公示多少天", "两个方案的目标有什么不同", "总结一下我们符不符合零碳工厂",
)  # fmt: skip


# What is stored of an answer, and its trace.
_TEXTS = ("question", "answer", "before", "facts", "calls", "versions", "failures", "trace")


@dataclass(frozen=True)
class LongTalk:
    """Milliseconds of the timed turns, and the bytes that are stored of one conversation: its state; its answers with traces."""

    times: tuple[float, ...]
    state_bytes: int
    record_bytes: int


def talk(ask: Ask, records: Path, times: int, progress: Progress, turns: Sequence[str] = TURNS) -> LongTalk:
    """Hold the conversation so often; `records` is the SQLite file that the answers go to."""
    found: list[float] = []
    conversation: str | None = None
    with step(progress, "long conversations", times * len(turns)):
        for _ in range(times):
            conversation = None
            for number, message in enumerate(turns, start=1):
                began = time.perf_counter()
                answer: Answer = ask(message, conversation)
                if FIRST <= number <= LAST:
                    found.append((time.perf_counter() - began) * 1000)
                conversation = answer.conversation_id
                progress.advance()
    return LongTalk(tuple(found), *_stored(records, conversation or ""))


def _stored(records: Path, conversation: str) -> tuple[int, int]:
    """Bytes of a conversation's state, and of its answers with their traces."""
    connection = sqlite3.connect(records)
    try:
        state = "SELECT LENGTH(CAST(state AS BLOB)) FROM conversations WHERE id = ?"
        kept = (
            f"SELECT SUM({' + '.join(f'COALESCE(LENGTH(CAST({name} AS BLOB)), 0)' for name in _TEXTS)})"
            " FROM answers LEFT JOIN traces ON answer_id = answers.id WHERE conversation_id = ?"
        )
        sizes = [connection.execute(query, (conversation,)).fetchone()[0] for query in (state, kept)]
    finally:
        connection.close()
    return int(sizes[0]), int(sizes[1])
