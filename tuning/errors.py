"""The one exception of the tuning layer."""


class TuningError(Exception):
    """Something that can't be done to a pair or a run: `str(error)` says why, to a curator."""
