"""What LangChain programs of others import, over the real corpus: a retriever in a chain, tools as an agent calls them."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.runnables import RunnableLambda

from assistant.agent.tools.toolbox import TOOLS
from assistant.errors import InputError
from assistant.langchain import TiaowenRetriever, tiaowen_tools
from assistant.search.conditions import Conditions
from assistant.service import Assistant

ZERO = "fujian-zero-carbon-factory"
FACTS = {"baseline_emissions": "10万吨", "report_emissions": "6.5万吨", "offset_emissions": "6.5万吨"}


def called(assistant: Assistant, name: str, arguments: dict[str, Any]) -> ToolMessage:
    """A tool as an agent calls it."""
    tool = next(tool for tool in tiaowen_tools(assistant) if tool.name == name)
    message = tool.invoke({"name": name, "args": arguments, "id": "call_1", "type": "tool_call"})
    assert isinstance(message, ToolMessage)
    return message


def test_documents_are_clauses_with_their_addresses(real_assistant: Assistant) -> None:
    found = TiaowenRetriever(finder=real_assistant, limit=3).invoke("碳抵消能不能超过一半")
    assert len(found) == 3
    first = found[0]
    assert first.id == first.metadata["address"] == f"{ZERO}#第八条/（二）"
    assert "不得超过基准期的50%" in first.page_content
    assert first.metadata["policy_status"] == "征求意见稿"
    assert first.metadata["answerable"] > 0.5
    start, end = first.metadata["spans"][0]
    assert real_assistant.library.source(ZERO)[start:end].startswith("（二）")


def test_conditions_hold_and_what_is_hardly_answered_is_left_out(real_assistant: Assistant) -> None:
    where = Conditions((), ("福州市",))
    found = TiaowenRetriever(finder=real_assistant, conditions=where).invoke("碳排放")
    assert {document.metadata["policy_id"] for document in found} == {"fuzhou-industry-carbon-peak"}
    picky = TiaowenRetriever(finder=real_assistant, least_answerable=0.5)
    assert picky.invoke("今天人民币对美元的汇率是多少") == []
    assert picky.invoke("培育期多久")
    with pytest.raises(InputError, match="空的"):
        picky.invoke("  ")


def test_it_is_a_step_of_a_chain(real_assistant: Assistant) -> None:
    chain = TiaowenRetriever(finder=real_assistant) | RunnableLambda(lambda found: found[0].metadata["label"])
    assert chain.invoke("附件3第10项") == "附件3第10项"


def test_the_tools_are_the_agents_own(real_assistant: Assistant) -> None:
    tools = tiaowen_tools(real_assistant)
    assert [tool.name for tool in tools] == [tool.name for tool in TOOLS]
    assert [tool.description for tool in tools] == [tool.description for tool in TOOLS]
    assert all("runtime" not in tool.args for tool in tools)


def test_a_tool_gives_text_with_sources_and_data(real_assistant: Assistant) -> None:
    arguments = {"policy": ZERO, "programme": "zero_carbon", "facts": FACTS}
    told = called(real_assistant, "assess_programme", arguments)
    assert "超出上限1.5万吨" in told.content
    assert (
        f"[1] 《福建省零碳工厂建设管理办法》第八条（二）（征求意见稿） {ZERO}#第八条/（二）" in told.content
    )
    assert told.artifact["verdict"]["status"] == "不符合"
    again = called(real_assistant, "assess_programme", {"policy": ZERO, "programme": "zero_carbon"})
    assert again.artifact["verdict"]["status"] == "待补充"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("read_clause", {"reference": "第九十九条"}, "第一条至第十五条"),
        ("compute_metric", {"policy": "nobody", "metric": "offset_share"}, "没有规则册"),
        ("search_clauses", {"query": "碳", "policies": ["nobody"]}, "没有编号为「nobody」的政策"),
    ],
)
def test_what_cannot_be_done_is_told_to_the_model(
    real_assistant: Assistant, name: str, arguments: dict[str, Any], words: str
) -> None:
    told = called(real_assistant, name, arguments)
    assert told.status == "error"
    assert words in told.content
