"""The card for a terminal of 80 columns: verdict, slots, one edit, what is half said, what is missing, what to keep."""

from __future__ import annotations

from answer_coach.feedback import DimensionResult, Failed, Feedback, GradedBy, NextEdit, NotGradable, is_split
from answer_coach.reports.layout import WIDTH, hanging, in_line, indented, shorten, shortened, usage_text, width, wrap
from answer_coach.rubric import NAMES
from answer_coach.scoring import overall, word

HALF_SAID = 3
MOST_LINES = 30
RULES_NOTE = "Judged by built-in rules, not a language model: they see words, not sense."
MOST_MISSING = 8
ASKED = 2  # follow-ups, while there is an edit to make; READY shows all
SAID = {"met": "yes", "partial": "half", "absent": "no", "cannot_tell": "unclear"}
LABELS = (
    *("DO THIS NEXT", "READY", "HALF SAID", "NOT FOUND", "KEEP", "THEY'LL ASK", "TIMING", "SHAPE", "REMARKS"),
    *("NOT GRADABLE", "FAILED", "ANSWER THIS"),
    *("SINCE", "GAINED", "LOST", "NOISE", "LEVELS", "LAST ADVICE", "UNCHANGED"),
    *("COULD GO IN", "CLOSED", "DEFEND", "ASKED AGAIN", "TOGETHER"),
)


def text(card: Feedback | NotGradable | Failed, title: str, why: bool = False, numbers: bool = True) -> str:
    """The card as text.  `why` adds every indicator with its quotes; without `numbers` no level and no figure shows."""
    if isinstance(card, NotGradable):
        lines = _not_gradable(card, title)
    elif isinstance(card, Failed):
        lines = [_head(card, title), *hanging("FAILED", card.error.message), *indented([card.error.hint], 13)]
    else:
        lines = _feedback(card, title, why, numbers)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(card: Feedback | NotGradable | Failed, title: str) -> str:
    minutes, seconds = divmod(round(card.answer.speaking_seconds / 10) * 10, 60)
    length = f"{card.answer.words} words, about {minutes}:{seconds:02d}"
    aims = [""]
    if isinstance(card, Feedback):
        least, most = (seconds / 60 for seconds in card.timing.target_seconds)
        aims = [f" (aim {least:g}-{most:g} min)", f" (aim {least:g}-{most:g})", ""]
    name = f"{card.question.upper()} {title}"
    length += next((aim for aim in aims if width(name) + len(length + aim) + 2 <= WIDTH), "")
    room = WIDTH - len(length) - 2
    return f"{shorten(name, room)}{length:>{WIDTH - width(shorten(name, room))}}"


def _feedback(card: Feedback, title: str, why: bool, numbers: bool) -> list[str]:
    """The card's lines; with fewer half-said points, then follow-ups, where it would not fit a screen.

    --why shows all half-said points; the JSON card has everything.
    """
    for count, asked in (*((count, ASKED) for count in range(HALF_SAID, 0, -1)), (1, 1), (1, 0), (0, 0)):
        lines = _lines(card, title, why, numbers, count, asked)
        if why or len(lines) <= MOST_LINES:
            break
    return lines


def _lines(card: Feedback, title: str, why: bool, numbers: bool, half_said: int, asked: int) -> list[str]:
    lines = [_head(card, title), *_verdict(card, numbers)]
    slots = card.slots.model_dump()
    lines.append("   ".join(f"{name.replace('_', '-')} {SAID[verdict]}" for name, verdict in slots.items()))
    lines += _next(card, numbers) + _half_said(card, half_said) + _not_found(card)
    lines += _keep(card, numbers)
    if not card.ready:
        lines += _asked(card, asked)
    lines += _timing(card) + _shape(card) + _remarks(card, numbers)
    if why:
        lines += _why(card, numbers)
    return lines + _who(card, why)


def _verdict(card: Feedback, numbers: bool) -> list[str]:
    if not numbers:
        return []
    value = card.overall
    spread = f" (rules, {value.range[0]}-{value.range[1]})" if _rules(card) and value.range else ""
    if not spread and value.range and card.graded_by and card.graded_by.noise is not None:
        spread = f" ({value.range[0]}-{value.range[1]} with this judge's noise)"
    if not spread and value.range and _passes(card) > 1:
        spread = f" ({value.range[0]}-{value.range[1]} over {_passes(card)} passes)"
    if not spread and value.range:
        spread = f" ({value.range[0]}-{value.range[1]}: some points could not be told)"
    line = f"Reads as {value.word.upper()}, {value.level} of 5{spread}."
    return wrap(f"{line}  {_way_up(card)}".strip(), WIDTH)


def _way_up(card: Feedback) -> str:
    """How far the next word is, by the edits on the card: scored again, not guessed."""
    levels = {d.id: d.level for d in card.dimensions}
    edits = [edit for edit in (card.next_edit, *card.also) if edit]
    for count, edit in enumerate(edits, 1):
        levels[edit.dimension] = edit.to
        reached = word(overall(levels.values()))
        if reached != card.overall.word:
            if count == 1:
                return f"One edit from {reached.upper()}: the one below."
            others = " and ".join(NAMES[e.dimension] for e in edits[1:count])
            return f"{('Two', 'Three')[count - 2]} edits from {reached.upper()}: the one below, then {others}."
    return ""


def _next(card: Feedback, numbers: bool) -> list[str]:
    if card.ready:
        questions = [f"- {item.question}" for item in card.follow_ups]
        return [*hanging("READY", "Stop editing. Rehearse it aloud, then answer these:"), *indented(questions, 13)]
    edit = card.next_edit
    if edit is None:
        return hanging("DO THIS NEXT", "Nothing more to add: all that is listened for is in the draft.")
    asked = first_of(card)
    first = hanging("  first", asked, 8) if asked else []
    gain = f"   {NAMES[edit.dimension]} {edit.from_} -> {edit.to}, overall {card.overall.level} -> {edit.overall_to}"
    lines = ["DO THIS NEXT" + (gain if numbers else f"   {NAMES[edit.dimension]}")]
    lines += first
    if edit.place:
        lines += hanging("  after", f'"{edit.place.opening}"', 8)
    return [*lines, *hanging(f"  {_verb(edit)}", edit.ask, 8)]


def first_of(card: Feedback) -> str:
    """What to do before the next edit: tell a real case, where a thin draft has none; "" where there is nothing."""
    edit = card.next_edit
    real = card.indicator("past_example") if card.overall.word == "not yet" else None
    return real.note or "" if edit and real and "past_example" not in edit.needs else ""


def _verb(edit: NextEdit) -> str:
    return "find" if edit.effort == "look_up" else "say"


def _half_said(card: Feedback, count: int) -> list[str]:
    """What is half said, with the words that say it; what the next edit asks for already stands above."""
    above = card.next_edit.needs if card.next_edit else ()
    shown = [card.indicator(name) for name in card.half_said if name not in above][:count]
    lines: list[str] = []
    for item in shown:
        quote = shortened(item.evidence[0].quote, 7) + ": " if item.evidence else ""
        lines += hanging("" if lines else "HALF SAID", f"{item.label}: {quote}{item.note or ''}")
    return lines


def _not_found(card: Feedback) -> list[str]:
    labels = [card.indicator(name).label for name in card.not_found]
    more = len(labels) - MOST_MISSING
    named = "; ".join(labels[:MOST_MISSING]) + (f"; and {more} more (--why)" if more > 0 else "")
    return hanging("NOT FOUND", named) if labels else []


def _keep(card: Feedback, numbers: bool) -> list[str]:
    lines: list[str] = []
    for dimension in card.dimensions:
        keep = next((k for k in card.keep if k.dimension == dimension.id), None)
        if keep is None and not numbers:
            continue
        name = NAMES[dimension.id] + (f" {_level(dimension)}" if numbers else "")
        margin = f"{'' if lines else 'KEEP':<13}{name:<{20 if dimension.range and numbers else 14}}"
        lines += hanging(margin, shortened(keep.quote, 8) if keep else nothing_of(dimension), len(margin))
    return lines


def nothing_of(dimension: DimensionResult) -> str:
    """What to say where no point of a dimension is told in full."""
    half = any(item.verdict == "partial" for item in dimension.indicators)
    return "nothing in full yet" if half else "nothing yet"


def _level(dimension: DimensionResult) -> str:
    if not dimension.range:
        return str(dimension.level)
    return f"{dimension.level} ({dimension.range[0]}-{dimension.range[1]})"


def _asked(card: Feedback, count: int) -> list[str]:
    lines: list[str] = []
    for item in card.follow_ups[:count]:
        lines += hanging("" if lines else "THEY'LL ASK", item.question)
    return lines


def _timing(card: Feedback) -> list[str]:
    marks = [f"{mark.label} at {mark.seconds // 60}:{mark.seconds % 60:02d}" for mark in card.timing.marks]
    said = ", ".join(marks) + "." if marks else ""
    if cut := card.timing.cut:
        said += f' If you must cut: "{cut.opening}..." ({cut.words} words, counts nowhere).'
    return hanging("TIMING", said.strip()) if said else []


def _shape(card: Feedback) -> list[str]:
    if not card.shape:
        return []
    parts = [f"{name} {share:.0%}" for name, share in card.shape.model_dump().items()]
    return hanging("SHAPE", ", ".join(parts) + " (stories that work: action about 60%)")


def _remarks(card: Feedback | NotGradable, numbers: bool = True) -> list[str]:
    lines: list[str] = []
    for remark in remarks_of(card, numbers):
        lines += hanging("" if lines else "REMARKS", remark)
    return lines


def remarks_of(card: Feedback | NotGradable, numbers: bool = True) -> list[str]:
    """What holds a level down, and what else was noticed."""
    caps = [c for d in card.dimensions for c in d.caps if c.limit] if isinstance(card, Feedback) else []
    listed = (*card.half_said, *card.not_found) if isinstance(card, Feedback) else ()
    notes = {cap.id: cap.note for cap in caps if cap.note and cap.id not in listed}
    said = [(cap.says if numbers else "", notes.get(cap.id, "")) for cap in caps]
    remarks = [": ".join(part for part in pair if part) for pair in said if any(pair)]
    if isinstance(card, Feedback) and card.unverified_quotes:
        remarks.append(f"{card.unverified_quotes} of the judge's quotes are not in the draft and earned nothing")
    return [*remarks, *card.answer.warnings]


def _why(card: Feedback, numbers: bool) -> list[str]:
    """Every indicator with its quotes; the anchors of the level reached and of the next."""
    lines: list[str] = []
    for dimension in card.dimensions:
        level = f" {_level(dimension)}" if numbers else ""
        lines += ["", f"{NAMES[dimension.id].upper()}{level}"]
        if numbers:
            lines += hanging("  reads as", dimension.anchor, 12)
            if dimension.next:
                lines += hanging(f"  {dimension.next.level} would be", dimension.next.anchor, 14)
        for item in dimension.indicators:
            lines.append(f"  {SAID[item.verdict]:<8}{item.label}")
            lines += indented((shortened(e.quote, 25) for e in item.evidence), 10)
            lines += indented([item.note] if item.note else [], 10)
        for cap in dimension.caps:
            if cap.limit and numbers:
                lines += hanging("  cap", cap.says, 10)
                lines += indented((shortened(e.quote, 25) for e in cap.evidence), 10)
    return [*lines, ""]


def _passes(card: Feedback) -> int:
    return card.graded_by.passes if card.graded_by else 1


def _agreed(card: Feedback) -> str:
    """How many indicators all passes decided alike, and those on which there was no majority."""
    results = [i for d in card.dimensions for i in d.indicators if i.agreement is not None]
    same, split = sum(i.agreement == 1 for i in results), [i.label for i in results if is_split(i)]
    parted = f", split on {', '.join(split)}" if split else ""
    return f": {same} of {len(results)} indicators agreed{parted}"


def _rules(card: Feedback) -> bool:
    return card.graded_by is not None and card.graded_by.engine == "rules"


def _who(card: Feedback, why: bool) -> list[str]:
    by = card.graded_by
    if by is None:
        return []
    total = sum(len(d.indicators) for d in card.dimensions)
    rubric = f"rubric {card.question} {card.rubric.version}"
    if why:
        prompt = f"prompt {by.prompt.version} {by.prompt.sha256[:12]}, " if by.prompt else ""
        form = f"{by.reply_mode} | " if by.reply_mode else ""
        took = f"{usage_text(card.usage)} | " if card.usage and not _rules(card) else ""
        who = f"{_judge(card, by)} | {form}{took}{prompt}{rubric} {card.rubric.sha256[:12]} | {card.graded_at}"
        return wrap(who, WIDTH)
    judge = RULES_NOTE if _rules(card) else _judge(card, by)
    return in_line([judge, rubric, f"all {total} indicators: --why"])


def _judge(card: Feedback, by: GradedBy) -> str:
    if by.engine == "rules":
        return "rules"
    at = " by hand" if by.engine == "by_hand" else f" at {by.host}" if by.host else ""
    if by.passes > 1:
        return f"{by.model}{at}, {by.passes} passes{_agreed(card)}"
    known = "noise unknown" if by.noise is None else f"noise {by.noise} level{'' if by.noise == 1 else 's'}"
    return f"{by.model}{at}, 1 pass, {known}"


def _not_gradable(card: NotGradable, title: str) -> list[str]:
    lines = [_head(card, title)]
    for reason in card.reasons:
        lines += hanging("" if len(lines) > 1 else "NOT GRADABLE", reason.message)
    if card.seems_to_answer:
        lines += hanging("", f"It seems to answer {card.seems_to_answer}: coach grade ... -q {card.seems_to_answer}")
    lines += _remarks(card)
    for at, question in enumerate(card.ask, 1):
        lines += hanging("ANSWER THIS" if at == 1 else "", f"{at}. {question}")
    return [*lines, *wrap("Then grade it again. --anyway grades it as it is.", WIDTH)]
