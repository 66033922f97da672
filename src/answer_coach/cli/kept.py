"""`coach batch where` and `forget`: the replies that batches have kept."""

from __future__ import annotations

from answer_coach.cli.door import errors_as_messages, say, show


def where() -> None:
    """Show where replies are kept, how many and how large; nothing is created."""
    with errors_as_messages():
        from answer_coach import homes, wiring
        from answer_coach.engines.replies import kept_in

        path = homes.replies_file(wiring.environment())
        count, size = kept_in(path)
        told = f"{count:,} kept replies, {size / 1e6:.1f} MB." if count else "No replies are kept there."
        show(f"{path}\n{told}\n")


def forget() -> None:
    """Remove the replies that were kept; cards in folders of batches stay."""
    with errors_as_messages():
        from answer_coach import homes, wiring

        environ, count = wiring.environment(), 0
        if homes.replies_file(environ).exists():
            kept = homes.replies(environ)
            count = kept.forget()
            kept.close()
        say(f"{count} kept replies removed.")
