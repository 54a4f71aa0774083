"""Why a file that somebody names cannot be read, as a fault.

``Path.is_file`` and its like answer no only where nothing stands there; for a folder that may not
be searched, or a name the system finds too long, they raise.
"""

from __future__ import annotations

import stat
from pathlib import Path

from colivraison.errors import Fault, Where

__all__ = ["file_fault", "refusal"]


def refusal(path: Path, error: OSError) -> Fault:
    """Return the fault of a path that the system refused: ``file_not_found``, ``file_refused``."""
    where = Where(file=path.name)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Fault(code="file_not_found", where=where, value=path.name)
    details = {"why": error.strerror or type(error).__name__}
    return Fault(code="file_refused", where=where, value=path.name, details=details)


def file_fault(path: Path, *, folder: str = "map_is_folder") -> Fault | None:
    """Return why no file stands there, None where one does.

    Parameters
    ----------
    folder
        Code of the fault where a folder stands there.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return refusal(path, error)
    except ValueError:
        # A zero byte: no file has such a name.
        mode = 0
    if stat.S_ISREG(mode):
        return None
    code = folder if stat.S_ISDIR(mode) else "file_not_found"
    return Fault(code=code, where=Where(file=path.name), value=path.name)
