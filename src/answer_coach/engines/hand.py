"""Judging by hand: a person carries one message to any chat window, and the reply back.

The message and the reply go the same way as over HTTP: rendered, parsed, verified and scored by the same steps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from answer_coach.engines.interface import Unconnected
from answer_coach.errors import UnusableReply
from answer_coach.feedback import GradedBy
from answer_coach.modes import TEXT
from answer_coach.request import Completion, JudgeRequest, Message
from answer_coach.steps import Job, Outcome, judge, read, render_job, repair_request, score, wants_repair

Carry = Callable[[str, bool], str]
"""Takes a message to the chat window and brings the reply back, or "" where there is none; the flag says that it is the
second one."""


def message_of(request: JudgeRequest) -> str:
    """One message that holds all that a model is told; a chat window knows no system message."""
    return "\n\n".join(message.content for message in request.messages)


class HandJudge(Unconnected):
    """A person with a chat window as a judge; `model` is what the person calls the model there."""

    languages: tuple[str, ...] | None = None
    margin: int | None = None
    limited = False

    def __init__(self, carry: Carry, model: str):
        self._carry, self._model = carry, model

    @property
    def graded_by(self) -> GradedBy:
        """By hand, and the model's name as the person gave it."""
        return GradedBy(
            engine="by_hand",
            model=self._model,
            host=None,
            base_url_sha256=None,
            prompt=None,
            passes=1,
            reply_mode=TEXT,
        )

    def judge(self, job: Job) -> Outcome:
        """Grade one job; UnusableReply where the second reply can't be used either."""
        turn = render_job(job.model_copy(update={"mode": TEXT}))
        turn = judge(read(turn, Completion(text=self._carry(message_of(turn.request), False))))
        if wants_repair(turn):
            again = repair_request(turn)
            reply = self._carry(again.request.messages[-1].content, True)
            turn = judge(read(again, Completion(text=reply))) if reply.strip() else turn
        try:
            return score(turn)
        except UnusableReply as fault:
            if fault.code == "prompt_cut":
                hint = "Was the whole message pasted, from its first line on? Paste it into a new chat."
                raise UnusableReply(fault.message, hint=hint, code=fault.code) from None
            raise

    def tell(self, messages: Sequence[Message]) -> str:
        """A text for a conversation: the first turn whole, a later one only its last message."""
        again = len(messages) > 2
        return self._carry(messages[-1].content if again else "\n\n".join(m.content for m in messages), again)

    async def ajudge(self, job: Job) -> Outcome:
        """The same, without holding up the running event loop."""
        return await asyncio.to_thread(self.judge, job)
