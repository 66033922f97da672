"""The door to Jinja2: templates to HTML that runs nothing and fetches nothing.

Every value is escaped, and what hides or moves letters is written out, before it reaches a page.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from answer_coach.cleaning import visible


@cache
def environment() -> Environment:
    """The templates of the reports; a name that a page does not get is an error, not a gap."""
    return Environment(
        loader=PackageLoader("answer_coach", "reports/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    """A value as a reader may see it; markup that a template made stays as it is."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return visible(value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def render(template: str, **values: object) -> str:
    """A page as one file: its style and its script stand in it, and its policy allows nothing else."""
    style, script = source("style.css"), source("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    return environment().get_template(template).render(style=style, script=script, policy=policy, **values)


def source(name: str) -> str:
    """A file beside the templates, as it stands."""
    loader = environment().loader
    assert loader  # noqa: S101
    return loader.get_source(environment(), name)[0]
