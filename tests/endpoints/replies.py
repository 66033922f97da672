"""Rows: what models reply, as it is taken in a strict mode and in the tolerant ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.endpoints.plays import Request, Rule, first, model, says_raw
from tests.endpoints.rows import EVERY, LOOSE, OBJECT, SYNC, Row, unusable
from tests.support.server import Reply, completion

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> Callable[[Request], Reply]:
    """The honest reply with something changed in it."""

    def text(said: str) -> str:
        start, end = said.find("{"), said.rfind("}") + 1
        reply = json.loads(said[start:end])
        change(reply)
        return said[:start] + json.dumps(reply) + said[end:]

    return model(text)


def _other(said: str) -> str:
    """Another set of verdicts in the same form."""
    return said.replace('"met"', '"absent"').replace('"partial"', '"absent"')


def _untagged(said: str) -> str:
    """The reply as an answer would quote it: whole, without the tag that nobody could know beforehand."""
    reply = json.loads(said[said.find("{") : said.rfind("}") + 1])
    reply["check"] = reply["check"].split(" ")[0]
    for opinion in reply["indicators"]:
        opinion["verdict"] = "met"
    return json.dumps(reply)


def _half(said: str) -> str:
    return said[: len(said) // 2]


def _verdict(value: object) -> Change:
    return lambda reply: reply["indicators"][0].update(verdict=value)


def _note(reply: dict[str, Any]) -> None:
    reply["confidence"] = 0.9


def _key_twice(said: str) -> str:
    return said.replace('"addresses": "yes"', '"addresses": "no", "addresses": "yes"')


WRONG: dict[str, tuple[str, str, Rule]] = {
    "A number for a verdict": ("verdict 47", "off_schema", changed(_verdict(47))),
    "A verdict that is not on the menu": ("verdict MAYBE", "off_menu", changed(_verdict("MAYBE"))),
    "A verdict in capitals": ("verdict MET", "off_menu", changed(_verdict("MET"))),
    "No verdict": ("verdict null", "off_schema", changed(_verdict(None))),
    "A missing verdict": ("one id left out", "missing_ids", changed(lambda r: r["indicators"].pop())),
    "A doubled verdict": ("one id twice", "doubled_ids", changed(lambda r: r["indicators"].append(r["indicators"][0]))),
    "An unknown verdict": ("an id that was not asked about", "unknown_ids",
                           changed(lambda r: r["indicators"].append({**r["indicators"][0], "id": "charisma"}))),
    "Another word for whether it answers": ("addresses: mostly", "off_menu",
                                            changed(lambda r: r.update(addresses="mostly"))),
    "Another check phrase": ("the prompt read whole, its check phrase not repeated", "astray",
                             changed(lambda r: r.update(check="amber-amber-amber"))),
    "Extra keys": ("a field `confidence`", "off_schema", changed(_note)),
    "A key twice": ("one key with two values", "not_json", model(_key_twice)),
    "A list for the reply": ("the indicators alone, in a list", "off_schema",
                             model(lambda said: json.dumps(json.loads(said)["indicators"]))),
    "Cut JSON under `stop`": ("half of the JSON, finish_reason stop", "not_json", model(_half)),
    "JSON cut between two verdicts": ("nine verdicts, then closed brackets", "missing_ids",
                                      changed(lambda r: r.update(indicators=r["indicators"][:9]))),
    "Nothing": ("content null", "empty", says_raw(Reply(body=completion(None)))),
    "Blanks": ("content of blanks", "empty", model(lambda _: "\n \n")),
    "No choices": ("an empty list of choices", "empty", says_raw(Reply(body={**completion(""), "choices": []}))),
    "Cut with text": ("finish_reason length behind half the JSON", "cut", model(_half, "length")),
    "Cut without text": ("finish_reason length, nothing but hidden reasoning", "cut", model(lambda _: "", "length")),
    "Cut behind a whole object": ("finish_reason length behind what looks whole", "cut", model(finish="length")),
}  # fmt: skip
TAGGED: dict[str, tuple[str, str, Rule]] = {
    "Two tagged objects that differ": ("two replies with the tag, other verdicts", "conflicting",
                                       model(lambda said: f"{said}\n\nOr rather:\n\n{_other(said)}")),
    "A verdict object from the answer, alone": ("the object that the answer holds, without the tag", "untagged",
                                                model(_untagged)),
    "Prose alone": ("an opinion in words", "not_json", model(lambda _: "A strong answer, I would say 47 of 50.")),
}  # fmt: skip
WHOLE: dict[str, tuple[str, Rule]] = {
    "Fenced JSON": ("a fence around the JSON", model(lambda said: f"```json\n{said}\n```")),
    "Thoughts before JSON": ("<think> with braces in it, then the JSON",
                             model(lambda said: f'<think>Is {{"check": "x"}} right?</think>\n\n{said}')),
    "Thoughts that quote a reply": ("<think> with a whole other reply in it, then the JSON",
                                    model(lambda said: f"<think>{_other(said)}</think>{said}")),
    "Thoughts before a fence": ("<think>, then a fence", model(lambda said: f"<think>Hm.</think>\n```\n{said}\n```")),
}  # fmt: skip
LOOSELY: dict[str, tuple[str, Rule]] = {
    "JSON among prose": ("words before and behind", model(lambda said: f"Here it is.\n{said}\nShall I go on?")),
    "The same reply twice": ("the same object two times", model(lambda said: f"{said}\n{said}")),
    "A verdict object from the answer, first": ("quotes the object that the answer holds, then replies",
                                                model(lambda said: f"It says {_untagged(said)}. I say: {said}")),
    "Another object, first": ("an object of its own, then the reply", model(lambda said: f'{{"plan": 1}}\n{said}')),
    "Curly quote marks": ("quote marks of a word processor",
                          model(lambda said: said.replace('"', "\u201c") if "\u201c" not in said else said)),
}  # fmt: skip
ENDS: dict[str, tuple[str, str, Rule]] = {
    "A refusal": ("refusal", "refused", model(lambda _: "", refusal="I can't.")),
    "A refusal beside text": ("refusal, and a whole reply beside it", "refused", model(refusal="I can't.")),
    "A content filter": ("finish_reason content_filter, no text", "filtered", model(lambda _: "", "content_filter")),
    "A content filter behind a whole reply": ("finish_reason content_filter, whole JSON", "filtered",
                                              model(finish="content_filter")),
    "Quotes that are not in the answer": ("every quote made up", "unverified",
                                          changed(lambda r: [c.update(quote="we doubled the revenue in a week")
                                                             for o in r["indicators"] for c in o["evidence"]])),
}  # fmt: skip
ALL_WAYS = ("A number for a verdict", "A missing verdict", "Cut with text", "Cut without text", "Nothing", "Extra keys")
ONCE = (
    *(Row(f"{name}, once", f"{does}, then a whole reply", (first(rule),), asked=2,
          ways=EVERY if name in ALL_WAYS else SYNC) for name, (does, _, rule) in WRONG.items()),
    *(Row(f"{name}, once", f"{does}, then a whole reply", (first(rule),), mode="text", asked=2, tuning=LOOSE)
      for name, (does, _, rule) in TAGGED.items()),
)  # fmt: skip
EACH_TIME = (
    *(Row(f"{name}, each time", does, (rule,), fails=unusable(code), asked=2)
      for name, (does, code, rule) in WRONG.items()),
    *(Row(f"{name}, each time", does, (rule,), mode="text", fails=unusable(code), asked=2, tuning=LOOSE,
          ways=EVERY if "differ" in name or "alone" in name else SYNC) for name, (does, code, rule) in TAGGED.items()),
    *(Row(f"{name}, in JSON mode", does, (rule,), mode="json_object", fails=unusable(code), asked=2, tuning=OBJECT)
      for name, (does, code, rule) in WRONG.items() if name in ALL_WAYS),
)  # fmt: skip
AT_LAST = tuple(
    Row(name, does, (rule,), fails=unusable(code), asked=2 if code == "unverified" else 1,
        ways=EVERY if name == "A content filter" else SYNC) for name, (does, code, rule) in ENDS.items()
)  # fmt: skip
GOOD = (
    *(Row(f"{name}, {mode}", does, (rule,), mode=mode, tuning={"reply_mode": mode},
          ways=EVERY if mode == "json_schema" else SYNC)
      for mode in ("json_schema", "json_object", "tool", "text") for name, (does, rule) in WHOLE.items()),
    *(Row(f"{name}, {mode}", does, (rule,), mode=mode, tuning={"reply_mode": mode})
      for mode in ("json_object", "text") for name, (does, rule) in LOOSELY.items()),
)  # fmt: skip
REPLIES = (*GOOD, *ONCE, *EACH_TIME, *AT_LAST)
