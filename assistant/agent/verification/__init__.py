"""The verification gate, the same for every model."""

from assistant.agent.verification.gate import verify, without_unsourced
from assistant.agent.verification.grounds import PROVEN, Failure, Grounds

__all__ = ["PROVEN", "Failure", "Grounds", "verify", "without_unsourced"]
