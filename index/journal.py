"""What a build has embedded so far, kept beside the index: a build that was killed goes on where it stopped."""

import hashlib
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = ".embedded"
Known = dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
"""By the key of an embedded text: the passage's vector, [dimension], and its sentences', [sentences, dimension]."""


class Journal:
    """Vectors of one model below `root`, in one file for each `add`. Without pickle."""

    def __init__(self, root: Path, model: str) -> None:
        self._root = root / FOLDER
        self._folder = self._root / hashlib.sha256(model.encode()).hexdigest()[:16]

    def read(self) -> Known:
        """All that was added; a file that cannot be read counts as never written."""
        known: Known = {}
        for path in sorted(self._folder.glob("*.npz")):
            try:
                with np.load(path, allow_pickle=False) as held:
                    keys, whole, counts, parts = (held[name] for name in ("keys", "whole", "counts", "parts"))
                ends = np.cumsum(counts)
                known |= {str(key): (whole[i], parts[ends[i] - counts[i] : ends[i]]) for i, key in enumerate(keys)}
            except (OSError, ValueError, KeyError, zipfile.BadZipFile):
                path.unlink(missing_ok=True)
        return known

    def add(self, keys: Sequence[str], whole: NDArray[np.float32], parts: Sequence[NDArray[np.float32]]) -> None:
        """`whole[i]` and `parts[i]` were made of the text with `keys[i]`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(path.stem) for path in self._folder.glob("*.npz")), default=0)
        half = self._folder / "half.tmp"
        with half.open("wb") as stream:
            np.savez(
                stream,
                keys=np.asarray(keys),
                whole=whole,
                counts=np.asarray([len(part) for part in parts]),
                parts=np.concatenate([*parts, np.zeros((0, whole.shape[1]), np.float32)]),
            )
        half.replace(self._folder / f"{number:08}.npz")

    def clear(self) -> None:
        """Forget everything, of other models too: the index holds it now."""
        shutil.rmtree(self._root, ignore_errors=True)
