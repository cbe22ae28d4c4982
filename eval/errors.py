"""What can go wrong with question sets and runs."""

from index.errors import PlanQAError


class DatasetError(PlanQAError):
    """A question set cannot be read or breaks the format."""


class RunError(PlanQAError):
    """A run's directory cannot be read, or holds another run than the one to go on with."""
