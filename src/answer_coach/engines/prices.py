"""What tokens cost: a small dated table, and a person's own prices before it.  No price is unknown, never 0."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from pydantic import Field

from answer_coach.answer import Word
from answer_coach.feedback import Usage
from answer_coach.request import Tokens

MILLION = 1_000_000


class Price(Word):
    """Dollars for a million tokens; `cached` is None where repeated input costs what other input costs."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)

    def times(self, share: float) -> Price:
        """A share of this price."""
        cached = None if self.cached is None else self.cached * share
        return Price(input=self.input * share, output=self.output * share, cached=cached)


class PriceList(NamedTuple):
    """The prices that come with the coach, by PROVIDER/MODEL, and the month that they are of."""

    as_of: str
    models: Mapping[str, Price]


@cache
def shipped_prices() -> PriceList:
    """The table beside this module."""
    data = tomllib.loads((files("answer_coach.engines") / "prices.toml").read_text(encoding="utf-8"))
    return PriceList(data["as_of"], {name: Price.model_validate(row) for name, row in data["models"].items()})


def price_of(model: str, provider: str | None, own: Mapping[str, Price]) -> Price | None:
    """The price of a model: a person's own, by PROVIDER/MODEL or by the bare name, else the table's; else None."""
    named = f"{provider}/{model}" if provider else model
    return own.get(named) or own.get(model) or (shipped_prices().models.get(named) if provider else None)


def shared_price(model: str, provider: str | None, own: Mapping[str, Price], share: float) -> dict[str, Price]:
    """A share of a model's price, as prices of a person's own; empty where none is known."""
    price = price_of(model, provider, own)
    return {f"{provider}/{model}" if provider else model: price.times(share)} if price else {}


FREE = Price(input=0, output=0)
"""What rules cost."""


def usage_of(tokens: Tokens, seconds: float | None, price: Price | None) -> Usage:
    """What an answer took.  What is not known is None, never 0; rules take no tokens."""
    if price is FREE:
        tokens = Tokens(input_tokens=0, output_tokens=0, cached_tokens=0, reasoning_tokens=0)
    return Usage(**tokens.model_dump(), seconds=seconds, cost=cost_of(tokens, price))


def cost_of(tokens: Tokens, price: Price | None) -> float | None:
    """Dollars, to a ten-thousandth of a cent; None where the price or the tokens are not known."""
    if price is None or tokens.input_tokens is None or tokens.output_tokens is None:
        return None
    cached = min(tokens.cached_tokens or 0, tokens.input_tokens)
    held = price.input if price.cached is None else price.cached
    total = (tokens.input_tokens - cached) * price.input + cached * held + tokens.output_tokens * price.output
    return round(total / MILLION, 6)
