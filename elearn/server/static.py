"""Static files: ready compressed, in a folder that is made when the server starts."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[1] / "static"
FOLDER, FILE = 0o755, 0o644  # the proxy in front reads them as another user


def prepare_static_files(place: Path) -> None:
    """Copy the static files into the instance folder and compress each once, as small as it gets.

    Nothing is done while the files are those of the last time.
    """
    source, ready, stamp = SOURCE, place / "static", place / "static.stamp"
    print_now = fingerprint(source)
    if ready.exists() and stamp.exists() and stamp.read_text() == print_now:
        return
    import whitenoise.compress

    fresh = place / "static.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh)
    whitenoise.compress.main(["--quiet", str(fresh)])
    fresh.chmod(FOLDER)
    for one in fresh.rglob("*"):
        one.chmod(FOLDER if one.is_dir() else FILE)
    stamp.unlink(missing_ok=True)
    shutil.rmtree(ready, ignore_errors=True)
    fresh.rename(ready)
    stamp.write_text(print_now)


def fingerprint(*folders: Path) -> str:
    """Return what changes when a file below one of the folders does: names, sizes and times, not content."""
    found = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                state = file.stat()
                found.update(f"{file}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return found.hexdigest()


def with_static_files(app: Callable[..., Any], place: Path) -> Callable[..., Any]:
    """Answer addresses under /static/ from the ready folder; everything else goes to the app."""
    ready = place / "static"
    if not ready.exists():
        return app
    from whitenoise import WhiteNoise

    from elearn.kit.headers import A_YEAR, FIXED

    def harden(headers: Any, _path: str, _url: str) -> None:
        for name, value in FIXED.items():
            headers[name] = value

    return WhiteNoise(  # type: ignore[no-any-return]
        app,
        root=str(ready),
        prefix="static/",
        max_age=A_YEAR,
        add_headers_function=harden,
        allow_all_origins=False,
    )
