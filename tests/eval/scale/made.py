"""A made DATA folder: a few statutes and a few questions, in the layout of the real one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

DEV_QUESTION = "只有开发集才问的问题是什么？"
TRAIN_QUESTIONS = ("谁可以采摘古茶树鲜叶？", "公交票价由谁监督？")
_SUBJECTS = ("茶树", "公交", "河道", "路灯", "集市", "图书馆", "渡口", "水井")


def article(law: str, number: int, text: str, current: bool = True) -> dict[str, object]:
    return {
        "law": law,
        "article": f"{law}第{number}条",
        "text": text,
        "chapter": "第一章 总则",
        "current": current,
    }


def write_data(folder: Path) -> Path:
    """15 national sentences in two laws and 100 local ones in one; two train questions, one of dev."""
    national = [
        article(
            "古树保护法",
            number,
            f"第{number}号{subject}由县级林业局普查挂牌。每年巡查不得少于{number}次；逾期责令改正。",
        )
        for number, subject in enumerate(_SUBJECTS[:5], 1)
    ] + [
        article("票价条例", number, f"{subject}的票价为{number}元五角整。短句。", current=False)
        for number, subject in enumerate(_SUBJECTS[:5], 1)
    ]
    local = [
        article("浙江省集市条例", number, f"集市第{number}摊位的租金由{_SUBJECTS[number % 8]}管理处收取。")
        for number in range(1, 101)
    ]
    statutes = folder / "statutes"
    statutes.mkdir(parents=True)
    for name, rows in (("articles", national), ("local_articles", local)):
        with gzip.open(statutes / f"{name}.jsonl.gz", "wt", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    stard = folder / "stard"
    (stard / "qrels").mkdir(parents=True)
    questions = [*TRAIN_QUESTIONS, DEV_QUESTION]
    (stard / "queries.jsonl").write_text(
        "".join(
            json.dumps({"_id": str(n), "text": text}, ensure_ascii=False) + "\n"
            for n, text in enumerate(questions)
        ),
        encoding="utf-8",
    )
    (stard / "qrels" / "train.tsv").write_text(
        "query-id\tcorpus-id\tscore\n0\t1\t1\n0\t2\t1\n1\t2\t1\n", encoding="utf-8"
    )
    (stard / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\n2\t3\t1\n", encoding="utf-8")
    return folder
