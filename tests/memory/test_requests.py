"""A message asks for a fact, for an account of something, or for anything else."""

from __future__ import annotations

import pytest

from nestdesk.core.types import Form
from nestdesk.memory.requests import form

FACTS = (
    "Who signed the lease?",
    "who signed the lease",
    "In which year was the mill built?",
    "How many lanterns are there?",
    "Could you tell me who signed the lease?",
    "Was the mill built in 1904?",
    "So, what is the rent?",
    "What's the name of the harbour master?",
    "By whom was it written?",
    "The lease is old. When does it end?",
    "Wer hat den Vertrag unterschrieben?",
    "Name the founder of the village.",
    "And the rent?",
)
ACCOUNTS = (
    "Tell me about the lease.",
    "tell me more about Temüjin's childhood",
    "Please explain how the innate immune system works.",
    "Could you summarise the contract?",
    "Give me a short overview of the report",
    "What do you know about the Rhine?",
    "What does the contract say about pets?",
    "Why is friction a non-conservative force?",
    "How does the lock work?",
    "How is cheese made?",
    "Describe the lighthouse",
    "What is known about the founder?",
)
OTHERS = (
    "Please write a letter to the landlord.",
    "Translate this into German: the mill is old",
    "My daughter plays the bassoon.",
    "Thanks, that helps.",
    "Compose music about mountains",
    "Remember that the key is under the mat.",
    "",
    "   \n",
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (text, kind)
        for kind, texts in ((Form.FACT, FACTS), (Form.ACCOUNT, ACCOUNTS), (Form.OTHER, OTHERS))
        for text in texts
    ],
)
def test_form(text: str, wanted: Form) -> None:
    assert form(text) is wanted


def test_the_last_sentence_that_asks_decides() -> None:
    assert form("Tell me about the mill. Who owns it?") is Form.FACT
    assert form("Who owns the mill? Tell me about it. Thanks.") is Form.ACCOUNT
