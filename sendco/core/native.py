"""PDF libraries in a private folder, for a machine where nobody is root.

`make native-libs` unpacks Debian's packages into var/native. Loading each library once by its full path is enough:
the linker then answers WeasyPrint's own request by name, and no environment variable has to be set before Python
starts.
"""

import ctypes
import os
from glob import glob
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    return Path(settings.BASE_DIR) / "var" / "native"


def library_files(at: Path) -> list[str]:
    return sorted(glob(f"{at}/usr/lib/*-linux-*/lib*.so.*") + glob(f"{at}/lib/*-linux-*/lib*.so.*"))


def load(at: Path | None = None) -> int:
    """Load what `at` holds, each library after those it needs. Returns how many; 0 where there is no such folder."""
    at = at or folder()
    if not at.is_dir():
        return 0
    if (at / "fonts.conf").exists():
        os.environ.setdefault("FONTCONFIG_FILE", str(at / "fonts.conf"))
    waiting = [path for path in library_files(at) if Path(path).name.count(".so.") == 1]
    loaded = 0
    while waiting:
        left = []
        for path in waiting:
            try:
                ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
            except OSError:  # needs one that comes later in the list
                left.append(path)
            else:
                loaded += 1
        if len(left) == len(waiting):
            break
        waiting = left
    return loaded
