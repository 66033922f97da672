"""Where a person's own files are: settings, and what is kept between runs.  All below COACH_HOME where it is set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from answer_coach.engines.memory import Memory
from answer_coach.engines.noisebook import NoiseBook

if TYPE_CHECKING:
    from answer_coach.drafts.store import Store
    from answer_coach.engines.replies import Replies

APP = "answer-coach"


def home(environ: Mapping[str, str]) -> tuple[Path, Path]:
    """The folders for a person's settings and for what is under way; both below COACH_HOME where that is set."""
    if own := environ.get("COACH_HOME"):
        return Path(own), Path(own)
    import platformdirs

    return Path(platformdirs.user_config_dir(APP)), Path(platformdirs.user_state_dir(APP))


def data(environ: Mapping[str, str]) -> Path:
    """The folder for what a person wants to keep: drafts and the facts of stories."""
    if own := environ.get("COACH_HOME"):
        return Path(own)
    import platformdirs

    return Path(platformdirs.user_data_dir(APP))


def drafts_file(environ: Mapping[str, str]) -> Path:
    """Where the drafts are; the file need not be there yet."""
    return data(environ) / "drafts.sqlite"


def drafts(environ: Mapping[str, str]) -> Store:
    """The store of drafts; made where there is none."""
    from answer_coach.drafts.store import Store

    return Store(drafts_file(environ))


def facts_file(environ: Mapping[str, str], name: str) -> Path:
    """Where the facts of a story are, in the candidate's own words; the file need not be there."""
    return data(environ) / "facts" / f"{name}.md"


def unfinished(environ: Mapping[str, str]) -> Path:
    """Where pasted drafts are kept while they are graded."""
    return home(environ)[1] / "unfinished"


def consented(environ: Mapping[str, str]) -> set[str]:
    """The hosts that a person has agreed to send drafts to."""
    path = home(environ)[1] / "consent.txt"
    try:
        return set(path.read_text(encoding="utf-8").split())
    except OSError:
        return set()


def consent(host: str, environ: Mapping[str, str]) -> None:
    """Remember that drafts may be sent to a host."""
    path = home(environ)[1] / "consent.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(sorted(consented(environ) | {host})) + "\n", encoding="utf-8")
    except OSError:
        return  # asked again next time: no harm


def memory(environ: Mapping[str, str]) -> Memory:
    """What was found out about endpoints, in a file of its own."""
    return Memory(home(environ)[1] / "endpoints.json")


def noise_book(environ: Mapping[str, str]) -> NoiseBook:
    """The measured noise of judges, in a file of its own."""
    return NoiseBook(home(environ)[1] / "noise.json")


def replies(environ: Mapping[str, str], fresh: bool = False) -> Replies:
    """The replies that were paid for, in the person's own store."""
    from answer_coach.engines.replies import Replies

    return Replies(replies_file(environ), fresh)


def replies_file(environ: Mapping[str, str]) -> Path:
    """Where those are."""
    return home(environ)[1] / "replies.sqlite"
