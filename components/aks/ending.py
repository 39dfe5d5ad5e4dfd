"""How a replica ends without a lost request: three clocks that have to fit, the kubelet's and the server's two."""

import math
from dataclasses import dataclass
from typing import Self

from slipway.rules.scoring_container import DRAIN_SECONDS, GRACE_SECONDS, KEEP_ALIVE_SECONDS

# Until every proxy has heard that the replica goes: nothing changes for the server.
_BEFORE_SECONDS = 5
# Whoever has not heard by then still gets an answer, and is told to close the connection.
_DRAIN_SECONDS = 10
# For the last answers, and the server's own end.
_MARGIN_SECONDS = 5
# A proxy keeps an idle connection for an hour (Envoy's default, which AKS lets nobody change), and what it sends on one
# that the server closes in that moment is lost: the server must be the more patient one.
KEEP_ALIVE = 3900


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Seconds from the decision that a replica goes."""

    before: int
    """Until the server hears of it."""
    drain: int
    """From then, while it still accepts connections."""
    grace: int
    """From then to the server's end."""

    @classmethod
    def of(cls, scoring_timeout_ms: int) -> Self:
        """That of a server whose requests may take so long."""
        longest = math.ceil(scoring_timeout_ms / 1000)
        grace = max(2 * _DRAIN_SECONDS, _DRAIN_SECONDS + longest) + _MARGIN_SECONDS
        return cls(before=_BEFORE_SECONDS, drain=_DRAIN_SECONDS, grace=grace)

    @property
    def whole(self) -> int:
        """After which the kubelet kills."""
        return self.before + self.grace + _MARGIN_SECONDS

    @property
    def variables(self) -> dict[str, str]:
        """What the server is told."""
        return {
            DRAIN_SECONDS: str(self.drain),
            GRACE_SECONDS: str(self.grace),
            KEEP_ALIVE_SECONDS: str(KEEP_ALIVE),
        }
