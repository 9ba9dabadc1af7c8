"""Clauses and tools for other people's LangChain programs: a retriever, and the agent's tools.

from assistant.langchain import TiaowenRetriever, tiaowen_tools
from assistant.service import Assistant
from assistant.settings import load_settings

assistant = Assistant.open(load_settings())
documents = TiaowenRetriever(finder=assistant).invoke("碳抵消能不能超过一半")
agent = create_agent(model, tools=tiaowen_tools(assistant))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import ConfigDict, Field

from assistant.agent.tools.single_use import BY_NAME, arguments_of, sources_of
from assistant.errors import TiaowenError
from assistant.search.clause_search import ANYWHERE, MAX_RESULTS, Findings, SearchResult
from assistant.search.conditions import Conditions
from assistant.service import Assistant

__all__ = ["TiaowenRetriever", "tiaowen_tools"]


@runtime_checkable
class ClauseFinder(Protocol):
    """What finds clauses: an open Assistant, or a ClauseSearch, which opens faster and only searches."""

    def find(
        self, query: str, limit: int = 10, conditions: Conditions = ANYWHERE, before: Sequence[str] = ()
    ) -> Findings:
        """Clauses nearest to a query, and how likely they answer it."""


class TiaowenRetriever(BaseRetriever):
    """Clauses nearest to a question, best first; an address, clause number or 文号 in it is looked up, not searched.

    A document's content is the clause's mended text, its id the clause's address; the metadata hold `address`, `label`,
    `heading_path`, `kind`, `policy_id`, `title`, `policy_status` (say so when it is a draft), `spans` (start and end characters
    in the stored text), `score`, and `answerable`: the probability (0…1) that
    the corpus answers the question. Raises InputError for an empty question or a condition that is not legal.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    finder: ClauseFinder = Field(description="an open Assistant or ClauseSearch; closing it is the caller's")
    limit: int = Field(default=10, ge=1, le=MAX_RESULTS, description="most documents")
    conditions: Conditions = Field(default=ANYWHERE, description="policy, region, level, issuer, status, day")
    least_answerable: float = Field(
        default=0.0, ge=0, le=1, description="nothing is given when an answer is less likely than this"
    )

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = self.finder.find(query, self.limit, self.conditions)
        if found.answerable < self.least_answerable:
            return []
        return [_document(result, found.answerable) for result in found.results]


def tiaowen_tools(assistant: Assistant) -> list[BaseTool]:
    """The agent's tools over an open Assistant, for agents of others.

    Each gives text with markers and its sources, and as artifact the same as plain data (`ToolAnswer.to_json()`). Nothing is
    remembered between two calls; the facts handed to the rule tools are the caller's. What cannot be done is told to the
    model in Chinese, not raised.
    """
    return [_tool(assistant, name, tool) for name, tool in BY_NAME.items()]


def _tool(assistant: Assistant, name: str, tool: StructuredTool) -> StructuredTool:
    def use(**arguments: Any) -> tuple[str, dict[str, Any]]:
        try:
            answer = assistant.use_tool(name, arguments)
        except TiaowenError as error:
            raise ToolException(f"错误：{error}") from error
        if answer.error:
            raise ToolException(answer.text)
        return answer.text + sources_of(answer.citations, answer.text), answer.to_json()

    return StructuredTool.from_function(
        func=use,
        name=name,
        description=tool.description,
        args_schema=arguments_of(tool),
        response_format="content_and_artifact",
        handle_tool_error=True,
    )


def _document(result: SearchResult, answerable: float) -> Document:
    clause = result.clause
    return Document(
        id=clause.address,
        page_content=clause.text,
        metadata={
            "address": clause.address,
            "label": clause.label,
            "heading_path": list(clause.heading_path),
            "kind": str(clause.kind),
            "policy_id": clause.policy_id,
            "title": result.title,
            "policy_status": result.policy_status,
            "spans": [[span.start, span.end] for span in clause.standings[0].spans],
            "score": result.score,
            "answerable": answerable,
        },
    )
