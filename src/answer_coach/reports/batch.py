"""A batch as text for a terminal of 80 columns, and as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from answer_coach.batch.alike import Alike
from answer_coach.batch.cells import table
from answer_coach.batch.digest import Digest, Levels, ToSend
from answer_coach.batch.graded import Graded, Listed
from answer_coach.batch.since import Compared, Moved, Since
from answer_coach.batch.teach import Lesson
from answer_coach.feedback import Failed, Feedback, NotGradable
from answer_coach.reports.layout import hanging, shortened
from answer_coach.rubric import NAMES, SLOTS

SHOWN = 5  # of each kind; the report has more
NAMED = 8  # of a group of answers that are alike
MARGIN = 13
SUMMARY = (
    *("number", "candidate", "draft", "question", "path", "row", "kind", "overall", "word"),
    *("business", "technical", "leadership", *SLOTS, "ready", "next_edit", "error"),
)
Lines = list[str]
WHOSE = {
    True: " (the rubric's own words: most lack it, or it asks too much)",
    False: " (the judge's own words: does it read, or repeat itself?)",
    None: "",
}


def plural(count: int, noun: str) -> str:
    """A count with its noun: 1 answer, 2 answers."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def text(digest: Digest) -> str:
    """The first screen of a batch: who needs you, what to teach, what changed, where it stands, what to send."""
    lines = [
        *hanging("BATCH", headline(digest), MARGIN),
        *_needs(digest),
        *_teach(digest),
        *_since(digest.since),
        *(line for levels in digest.levels for line in _levels(levels, len(digest.levels) > 1)),
        *_send(digest.send),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def headline(digest: Digest) -> str:
    """How many answers of whom to what, and what became of them."""
    of = f" of {plural(digest.candidates, 'candidate')}" if digest.candidates else ""
    left = [(digest.needs.not_gradable.count, "not gradable"), (digest.needs.failed.count, "failed")]
    parts = [f"{digest.graded:,} graded", *(f"{count:,} {what}" for count, what in left if count)]
    return f"{plural(digest.answers, 'answer')}{of} to {plural(len(digest.questions), 'question')}: {', '.join(parts)}."


def remarks(digest: Digest) -> list[str]:
    """What to keep in mind when reading the counts: notes that stand everywhere, judges and rubrics that differ."""
    said = []
    for alarm in digest.alarms:
        said.append(f'{alarm.count:,} of {alarm.of:,} cards say the same: "{alarm.text}"{WHOSE[alarm.own]}')
    if len(digest.levels) > 1:
        said.append(f"{len(digest.levels)} judges graded this batch; their levels are counted apart.")
    if digest.versions:
        named = ", ".join(digest.versions)
        said.append(f"More than one version of the rubric was used for {named}; those answers are counted apart.")
    return said


def _listed(label: str, found: Listed, first: str) -> Lines:
    lines: Lines = []
    for item in found.first[:SHOWN]:
        says = f": {item.says}" if item.says else ""
        margin = first if not lines else ""
        lines += hanging(margin, f"{label}: {item.who}, {item.question}{says}", MARGIN)
    if found.count > SHOWN:
        lines += hanging("", f"and {found.count - SHOWN:,} more {label}", MARGIN)
    return lines


def _needs(digest: Digest) -> Lines:
    needs, lines = digest.needs, list[str]()
    for label, found in (("failed", needs.failed), ("not gradable", needs.not_gradable), ("split", needs.split)):
        lines += _listed(label, found, "" if lines else "NEEDS YOU")
    for group in needs.alike.first[:SHOWN]:
        lines += hanging("" if lines else "NEEDS YOU", f"alike: {alike_text(group)}", MARGIN)
    if needs.alike.count > SHOWN:
        lines += hanging("", f"and {needs.alike.count - SHOWN:,} more alike", MARGIN)
    for remark in remarks(digest):
        lines += hanging("" if lines else "NEEDS YOU", f"note: {remark}", MARGIN)
    return lines or hanging("NEEDS YOU", "nothing: all could be graded", MARGIN)


def alike_text(group: Alike) -> str:
    """Who shares how much with whom."""
    named = [f"{item.who} ({item.question})" for item in group.answers[:NAMED]]
    if group.count > len(named):
        named.append(f"{group.count - len(named):,} more")
    return f"{', '.join(named[:-1])} and {named[-1]} share {group.shared:.0%} of their runs of five words"


def _teach(digest: Digest) -> Lines:
    lines: Lines = []
    for lesson in digest.teach:
        lines += hanging("" if lines else "TEACH THIS", f"{lesson_text(lesson)} {_shown(lesson)}", MARGIN)
    return lines or hanging("TEACH THIS", "nothing that most answers to one question lack", MARGIN)


def lesson_text(lesson: Lesson) -> str:
    """How many lack an indicator."""
    half = f", {lesson.half:,} half" if lesson.half else ""
    return f"{lesson.question} {lesson.label}: absent in {lesson.absent:,}{half}, of {lesson.of:,}."


def _shown(lesson: Lesson) -> str:
    if lesson.quote:
        return f"{lesson.by} said it: {shortened(lesson.quote, 18)}"
    return f"Nobody said it; for example: {shortened(lesson.example, 18)}" if lesson.example else "Nobody said it yet."


def _since(found: Since | None) -> Lines:
    if found is None:
        return hanging("SINCE LAST", "no earlier batch was named", MARGIN)
    lines = hanging("SINCE LAST", since_text(found), MARGIN)
    for item in found.first[:SHOWN]:
        lines += hanging("", f"{item.answer.who}, {item.answer.question}: {change_text(item)}", MARGIN)
    if found.changed > SHOWN:
        most = "all" if found.changed == len(found.first) else f"the first {len(found.first)}"
        lines += hanging("", f"and {found.changed - SHOWN:,} more; the report has {most}", MARGIN)
    for reason, count in found.apart.items():
        lines += hanging("", f"{plural(count, 'answer')}: {reason}", MARGIN)
    return lines


def since_text(found: Since) -> str:
    """How many could be compared, and what became of them."""
    order: tuple[Moved, ...] = ("up", "down", "within noise", "noise unknown")
    counted = [(found.moves.get(moved, 0), moved) for moved in order]
    steps = ", ".join(f"{count:,} {moved}" for count, moved in counted if count) or "none moved"
    parts = [f"{plural(found.compared, 'answer')} compared; levels: {steps}"]
    parts += [f"{found.stuck:,} stuck on the same edit"] if found.stuck else []
    parts += [f"{found.again:,} the same text as last time"] if found.again else []
    parts += [f"{found.new:,} new"] if found.new else []
    parts += [f"{found.gone:,} not answered again"] if found.gone else []
    parts += [f"{found.nameless:,} without a candidate's name"] if found.nameless else []
    return "; ".join(parts) + "."


def change_text(item: Compared) -> str:
    """What one candidate gained and lost, and whether it is more than noise."""
    parts = [f"+ {_some(item.gained)}"] if item.gained else []
    parts += [f"- {_some(item.lost)}"] if item.lost else []
    parts += [f"{NAMES[s.dimension]} {s.before} -> {s.now} ({s.moved})" for s in item.steps]
    parts += ["the text is the same: the judge wavered"] if item.same_text and (item.gained or item.lost) else []
    parts += ["stuck on the same edit"] if item.stuck else []
    return "; ".join(parts) or "no change"


def _some(labels: Sequence[str], most: int = 4) -> str:
    more = f" and {len(labels) - most} more" if len(labels) > most else ""
    return ", ".join(labels[:most]) + more


def _levels(levels: Levels, named: bool) -> Lines:
    judge = f"   {levels.judge}" if named else ""
    wide = max(5, 2 + len(str(levels.of)))
    heads = "".join(f"{level:>{wide}}" for level in range(1, 6))
    lines = [f"{'LEVELS':<{MARGIN}}{'':<14}{heads}{judge}"]
    for dimension in levels.dimensions:
        counts = "".join(f"{count or '-':>{wide}}" for count in dimension.counts)
        lines.append(f"{'':<{MARGIN}}{NAMES[dimension.id]:<14}{counts}")
    words = ", ".join(f"{count:,} {word}" for word, count in levels.words.items() if count)
    return [*lines, *hanging("", f"reads as: {words}; {levels.ready:,} ready", MARGIN)]


def _send(send: ToSend | None) -> Lines:
    if send is None:
        return hanging("TO SEND", "no cards were written", MARGIN)
    return hanging("TO SEND", send_text(send), MARGIN)


def send_text(send: ToSend) -> str:
    """How many files there are to be sent, and where."""
    return f"{send.files:,} {send_how(send)}"


def send_how(send: ToSend) -> str:
    """Where the files are, and what is in them."""
    score = ", without levels" if send.without_score else ""
    noun = "card" if send.files == 1 else "cards"
    return f"{noun} in {send.folder} ({send.form}{score}): one for each answer, with nothing about any other."


def summary_csv(graded: Iterable[Graded]) -> Iterator[str]:
    """One row an answer, for a spreadsheet."""
    return table(SUMMARY, (_row(number, item) for number, item in enumerate(graded, 1)))


def _row(number: int, item: Graded) -> Iterator[object]:
    card, source = item.card, item.card.source
    yield from (number, item.candidate, item.draft, card.question)
    yield from (source.path if source else None, source.row if source else None, card.kind)
    if isinstance(card, Feedback):
        yield from (card.overall.level, card.overall.word, *(d.level for d in card.dimensions))
        yield from (getattr(card.slots, slot) for slot in SLOTS)
        yield from ("yes" if card.ready else "no", card.next_edit.ask if card.next_edit else None, None)
        return
    yield from (None,) * (len(SUMMARY) - 8)
    yield _error(card)


def _error(card: NotGradable | Failed) -> str:
    if isinstance(card, Failed):
        return f"{card.error.code}: {card.error.message}"
    return "; ".join(f"{reason.code}: {reason.message}" for reason in card.reasons)
