"""A PostgreSQL server of the tests' own, on a free loopback port, gone when they end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps what is not in PATH


def server_programs() -> Path | None:
    """The folder with initdb and pg_ctl, or None when PostgreSQL's server is not installed."""
    newest_first = sorted(INSTALLED.glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    for folder in (*newest_first, *map(Path, os.get_exec_path())):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


@contextmanager
def running_server(programs: Path) -> Iterator[str]:
    """The URL, without a database's name, of a server that trusts whoever asks."""
    # Not in pytest's folder: the server runs as another user, who may not look in there.
    home = Path(tempfile.mkdtemp(prefix="city-a-day-postgresql-"))
    user = _server_user()
    try:
        if user is not None:
            os.chown(home, user, -1)
        data, port = home / "data", _free_port()
        _run(user, programs / "initdb", "--no-sync", "--auth=trust", "--username=postgres",
             "--encoding=UTF8", "--locale=C", f"--pgdata={data}")  # fmt: skip
        options = (
            f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
            " -c fsync=off -c shared_buffers=16MB -c max_connections=100"
        )
        server = ("--wait", f"--pgdata={data}", f"--log={home / 'log'}")
        _run(user, programs / "pg_ctl", "start", *server, f"--options={options}")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}"
        finally:
            _run(user, programs / "pg_ctl", "stop", *server[:2], "--mode=immediate")
    finally:
        shutil.rmtree(home)


def _server_user() -> int | None:
    """PostgreSQL refuses to run as root: whom it runs as instead."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return known.get("postgres", known["nobody"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(user: int | None, program: Path, *arguments: str) -> None:
    # pg_ctl hands its output to the server: a pipe would never end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [program, *arguments],
            user=user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        output.seek(0)
        if done.returncode:
            raise RuntimeError(f"{program.name}: {output.read().decode(errors='replace')}")
