"""A completion to a reply that decides every indicator once, or the faults that keep it from being one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pydantic import ValidationError

from answer_coach.answer import Word
from answer_coach.errors import UnusableReply
from answer_coach.extract import objects, sole
from answer_coach.request import ADDRESSES, VERDICTS, Completion, Reply, Tokens

FAULTS: dict[str, str] = {
    "refused": "The model declined to grade this answer",
    "filtered": "The endpoint's content filter stopped the reply",
    "cut": "The reply was cut off before its end",
    "empty": "The reply was empty",
    "not_json": "The reply was not the JSON object that was asked for",
    "off_schema": "The reply had fields missing, added or of the wrong type",
    "untagged": "The reply does not carry the answer's tag, so that it may have been quoted from the answer",
    "conflicting": "The reply holds two sets of verdicts that differ",
    "prompt_cut": "The reply does not repeat the check phrase: the server probably cut the prompt",
    "astray": "The reply does not repeat the check phrase, though the server read the whole prompt",
    "missing_ids": "The reply left indicators undecided",
    "doubled_ids": "The reply decided indicators twice",
    "unknown_ids": "The reply decided indicators that were not asked about",
    "off_menu": "The reply used a verdict that is not on the menu",
    "unverified": "Too many of the quotes in the reply are not in the answer",
}
HINTS: dict[str, str] = {
    "refused": "Read the draft for anything a content policy may catch, or use another model.",
    "filtered": "Read the draft for anything a content policy may catch, or use another model.",
    "cut": "Raise the endpoint's output limit, or use a model that thinks less.",
    "prompt_cut": "Raise the server's context length (for example num_ctx), or use a model with a longer one.",
    "unverified": "Try again, or use another model: this one does not quote the draft.",
    "astray": "Use another model: this one does not do what it is told.",
}
REPAIRABLE = frozenset(
    (
        *("cut", "empty", "not_json", "off_schema", "untagged", "conflicting", "astray"),
        *("missing_ids", "doubled_ids", "unknown_ids", "off_menu"),
    )
)


class ReplyFault(Word):
    """One thing wrong with a reply; `detail` names ids and fields, never words of the draft."""

    code: str
    detail: str = ""

    @property
    def repairable(self) -> bool:
        """Whether asking once more can help."""
        return self.code in REPAIRABLE

    def error(self, tokens: Tokens | None = None) -> UnusableReply:
        """The failure of the judge; `tokens` is what it took all the same."""
        detail = f" ({self.detail})" if self.detail else ""
        hint = HINTS.get(self.code, "Try again, or use another model.")
        return UnusableReply(FAULTS[self.code] + detail, hint=hint, code=self.code, took=tokens)


def parse(
    completion: Completion, asked: Sequence[str], check: str, known: Sequence[str] = (), tag: str = ""
) -> Reply | ReplyFault:
    """Read a completion.

    A reply must be whole: the check phrase, every id of `asked` once, verdicts on the menu.  Nothing is defaulted,
    filled in or mended here.  Ids that are `known`, but were not asked for this time, may be repeated.  With `tag`,
    the reply may stand among other text, and the one object that carries the tag in `check` counts.
    """
    if completion.refusal:
        return ReplyFault(code="refused")
    if completion.finish_reason == "content_filter":
        return ReplyFault(code="filtered")
    if completion.finish_reason == "length":
        return ReplyFault(code="cut", detail="" if completion.text.strip() else "nothing but hidden reasoning came")
    if not completion.text.strip():
        return ReplyFault(code="empty")
    reply = _tagged(completion.text, tag, check) if tag else _alone(completion.text)
    return reply if isinstance(reply, ReplyFault) else _whole(reply, asked, check, {*asked, *known}) or reply


def _alone(text: str) -> Reply | ReplyFault:
    """The reply that a text is; thoughts before it and a fence around it are no part of it."""
    try:
        raw = sole(text)
    except (ValueError, RecursionError):
        return ReplyFault(code="not_json")
    try:
        return Reply.model_validate(raw)
    except ValidationError as fault:
        return ReplyFault(code="off_schema", detail=_places(fault))


def _tagged(text: str, tag: str, check: str) -> Reply | ReplyFault:
    """The only whole reply in a text that carries the tag; two that differ are none."""
    found: list[Reply] = []
    fault = ReplyFault(code="not_json")
    for raw in objects(text):
        if "indicators" not in raw:
            continue
        try:
            reply = Reply.model_validate(raw)
        except ValidationError as wrong:
            fault = ReplyFault(code="off_schema", detail=_places(wrong)) if fault.code == "not_json" else fault
            continue
        if tag not in reply.check.casefold():
            fault = ReplyFault(code="untagged" if _plain(check) in _plain(reply.check) else "prompt_cut")
        elif reply not in found:
            found.append(reply)
    if len(found) > 1:
        return ReplyFault(code="conflicting")
    return found[0] if found else fault


def decided(text: str) -> int:
    """How many indicators a reply has decided so far, while it is still coming."""
    return text.count('"verdict"')


def _places(fault: ValidationError) -> str:
    """Where a reply is wrong: field names of ours and positions, nothing of the reply itself."""
    known = set(Reply.model_fields) | {"id", "evidence", "note", "place", "verdict", "sentence", "quote", "question"}
    paths = [
        ".".join(str(p) if isinstance(p, int) or p in known else "?" for p in error["loc"]) + " " + error["type"]
        for error in fault.errors(include_input=False, include_url=False, include_context=False)
    ]
    return "; ".join(paths[:3])


def _whole(reply: Reply, asked: Sequence[str], check: str, known: set[str]) -> ReplyFault | None:
    if _plain(check) not in _plain(reply.check):
        return ReplyFault(code="prompt_cut")
    given = Counter(opinion.id for opinion in reply.indicators)
    if missing := [name for name in asked if name not in given]:
        return ReplyFault(code="missing_ids", detail=", ".join(missing))
    if unknown := len(set(given) - known):
        return ReplyFault(code="unknown_ids", detail=f"{unknown} of them")
    if doubled := [name for name in asked if given[name] > 1]:
        return ReplyFault(code="doubled_ids", detail=", ".join(doubled))
    if off := [o.id for o in reply.indicators if o.id in asked and o.verdict not in VERDICTS]:
        return ReplyFault(code="off_menu", detail=", ".join(off))
    return ReplyFault(code="off_menu", detail="addresses") if reply.addresses not in ADDRESSES else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split()).strip(" .\"'")
