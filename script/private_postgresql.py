"""A private PostgreSQL server in a temporary folder, for tests and benchmarks; gone afterwards.

PostgreSQL refuses to run as root: then it runs as the user ``postgres``, or ``nobody``.

    with private_postgresql.server() as url:
        ...                                     # postgresql://mingtang@/mingtang?host=FOLDER
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path


def binaries():
    """The folder of initdb and pg_ctl, the newest version, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    if found:
        return found[-1].parent
    other = shutil.which("initdb")
    return Path(other).resolve().parent if other and shutil.which("pg_ctl") else None


@contextmanager
def server(options=""):
    """Start a server on a unix socket; yields its URL. It is stopped and its folder removed at the end."""
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="mingtang-pg-"))
    user = _user()
    if user:
        shutil.chown(folder, user.pw_name)
    try:
        _run(user, [str(programs / "initdb"), "-D", str(folder / "db"), "-U", "mingtang", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        settings = f"-k {folder} -c listen_addresses='' -c max_connections=100 -c shared_buffers=128MB {options}"
        _run(user, [str(programs / "pg_ctl"), "-D", str(folder / "db"), "-l", str(folder / "log"), "-w", "-o", settings, "start"])
        try:
            _run(user, [str(programs / "createdb"), "-h", str(folder), "-U", "mingtang", "mingtang"])
            yield f"postgresql://mingtang@/mingtang?host={folder}"
        finally:
            _run(user, [str(programs / "pg_ctl"), "-D", str(folder / "db"), "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user():
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _run(user, command):
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    result = subprocess.run(command, capture_output=True, text=True, cwd="/", **identity)
    if result.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {(result.stderr or result.stdout).strip()[-800:]}")
