"""What can go wrong with documents and indexes. Messages are for the person at the page or the terminal: Chinese,
what was found, and what to do next."""


class PlanQAError(Exception):
    """Base of every error that a user can cause and mend; its text is fit to be shown."""


class DocumentError(PlanQAError):
    """A source file cannot be read as text."""


class ManifestError(PlanQAError):
    """`manifest.toml` is malformed or names something that is not there."""


class IndexMissing(PlanQAError):
    """There is no index where one was expected."""


class IndexDamaged(PlanQAError):
    """An index is there, but its files are not what its `meta.json` says."""


class StoreError(PlanQAError):
    """Milvus, where it holds the index, does not answer or lacks what it should hold."""


class ModelMismatch(PlanQAError):
    """The index was built with another embedding model than the one that is set."""


class ModelError(PlanQAError):
    """The embedding model cannot be loaded or unpacked."""


class QuestionError(PlanQAError):
    """The question is empty, too long or not text."""
