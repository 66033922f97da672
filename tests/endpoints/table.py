"""The table: all rows, in the order in which docs/endpoints.md tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.endpoints.faults import FAULTS
from tests.endpoints.fields import FIELDS
from tests.endpoints.hosted import HOSTED
from tests.endpoints.local import LOCAL
from tests.endpoints.replies import REPLIES
from tests.endpoints.rows import Row

TABLE: Mapping[str, Sequence[Row]] = {
    "Hosted endpoints": HOSTED,
    "Servers on one's own machine": LOCAL,
    "Fields": FIELDS,
    "Replies": REPLIES,
    "Faults on the way": FAULTS,
}
ROWS = [row for rows in TABLE.values() for row in rows]
