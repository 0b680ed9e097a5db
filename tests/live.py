"""The platform on a port of its own, for a real browser; every test may put its data back to the start."""

import shutil
import sqlite3
import threading
from pathlib import Path

from flask import Flask
from sqlalchemy import text
from werkzeug.serving import make_server

from elearn.kit.db import db
from elearn.server.static import prepare_static_files, with_static_files


class Site:
    """A running platform over a SQLite file: its address, and how to begin anew."""

    def __init__(self, app: Flask, file: Path) -> None:
        self.app, self.file = app, file
        self.kept = file.with_suffix(".start")
        app.config["INSTANCE"] = file.parent
        prepare_static_files(file.parent)
        self.server = make_server("127.0.0.1", 0, with_static_files(app, file.parent), threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.root = f"http://127.0.0.1:{self.server.port}"

    def __enter__(self) -> "Site":
        with self.app.app_context():
            db.session.remove()
            with db.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            db.engine.dispose()
        shutil.copyfile(self.file, self.kept)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join(5)
        self.server.server_close()
        with self.app.app_context():
            db.engine.dispose()

    def begin_anew(self) -> None:
        """Put every table back to what it was when the server started."""
        source, target = sqlite3.connect(self.kept), sqlite3.connect(self.file, timeout=15)
        source.backup(target)
        source.close()
        target.close()
        self.app.extensions.pop("wards", None)
