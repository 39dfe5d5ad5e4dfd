"""How long a batch of n rows takes, learned from every batch that has run."""

from __future__ import annotations

# One observation's weight is halved after about 70 later ones.
_FORGETTING = 0.99

# A pause of the machine is not the model's: what is longer than this many times the expected counts as that.
_OUTLIER = 8.0

# Below this relative spread of batch sizes, a slope would be noise.
_LEAST_SPREAD = 1e-3

# Batches grow until overhead is this share of their time; bigger ones would only wait longer.
_OVERHEAD_SHARE = 0.05

# Batches up to this long are never too large: there, noise would decide.
_SHORT_SECONDS = 1e-3


class LatencyModel:
    """Seconds = overhead + per_row * rows, least squares with exponential forgetting (both never negative)."""

    def __init__(self) -> None:
        self.observations = 0
        self.overhead = 0.0
        self.per_row = 0.0
        self._weight = self._x = self._y = self._xx = self._xy = 0.0

    def observe(self, rows: int, seconds: float) -> None:
        if self.observations > 3:
            seconds = min(seconds, _OUTLIER * self.predict(rows) + 1e-4)
        self.observations += 1
        self._weight = self._weight * _FORGETTING + 1
        self._x = self._x * _FORGETTING + rows
        self._y = self._y * _FORGETTING + seconds
        self._xx = self._xx * _FORGETTING + rows * rows
        self._xy = self._xy * _FORGETTING + rows * seconds
        self._fit()

    def predict(self, rows: int) -> float:
        """Seconds for `rows`; 0.0 before anything was observed."""
        return self.overhead + self.per_row * rows

    def worthwhile_rows(self, most: int) -> int:
        """Rows, at most `most`, beyond which overhead is so little of a batch that more only wait for each other."""
        if self.per_row <= 0:
            return most
        worth = self.overhead / (_OVERHEAD_SHARE * self.per_row)
        short = (_SHORT_SECONDS - self.overhead) / self.per_row
        return max(1, min(most, int(max(worth, short))))

    def _fit(self) -> None:
        mean_x, mean_y = self._x / self._weight, self._y / self._weight
        spread = self._xx / self._weight - mean_x * mean_x
        if spread <= _LEAST_SPREAD * mean_x * mean_x:
            # One size only: keep the slope that was learned before.
            slope = min(self.per_row, mean_y / mean_x)
        else:
            slope = (self._xy / self._weight - mean_x * mean_y) / spread
            slope = min(max(slope, 0.0), mean_y / mean_x)
        self.per_row = slope
        self.overhead = max(mean_y - slope * mean_x, 0.0)
