"""Sets the platform up on a fresh machine, then hands over: python3 -m elearn run | test | check.

Standard library only, and no newer syntax than an old Python can read, so that it can say what is missing.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - it is the older Python that reads this
    sys.exit("Máy này có Python cũ. Xin cài Python 3.11 trở lên (python.org), rồi chạy lại lệnh này.")

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")
COMMAND = PROGRAMS / ("elearn.exe" if WINDOWS else "elearn")

UNFINISHED = VENV / "elearn-unfinished"  # stands there while a set-up is under way
RUNTIME, DEVELOPMENT, NIGHTLY = "requirements.txt", "requirements-dev.txt", "requirements-nightly.txt"
LONGEST_STEP = 1200  # seconds; nothing waits for ever

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
QUICK = [
    *("-m", "not chromium and not postgres and not libreoffice and not faults"),
    *("--hypothesis-profile", "quick"),
]
AT_NIGHT = ["--hypothesis-profile", "nightly"]
APART = "tests/faults"  # what kills and floods comes after the others, which would have to wait for it
HOUSE = "tests/house"  # belongs to both, the tests and the checks
MOST_WORKERS = 4
USAGE = """Cách dùng:
  python3 -m elearn run            chạy thử nền tảng tại http://127.0.0.1:8000 (đổi cổng: PORT=9000)
  python3 -m elearn test           chạy mọi bài kiểm thử (--quick: bản nhanh; --nightly: bản dài;
                                   test people: một phòng)
  python3 -m elearn check          soát mã nguồn: trình bày, lỗi, kiểu, tầng, từ ngữ (--tested: vừa chạy
                                   mọi bài kiểm thử, không chạy lại)
  python3 -m elearn <lệnh khác>    init, courses, people, backup, restore, recount, doctor, serve, audit…"""


class SetUpError(Exception):
    """What stops the set-up, in a sentence that says what to do."""


def main(arguments):
    """Set up what is missing, then do what was asked; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(USAGE)
        return 0
    command, rest = arguments[0], arguments[1:]
    try:
        with only_one_at_a_time():
            prepare(needed(command, rest))
        if command == "test":
            return test(rest)
        return check(rest) if command == "check" else hand_over([str(COMMAND), command, *rest])
    except SetUpError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nĐã dừng. Lần sau chạy lại lệnh này, mọi thứ sẽ tự làm lại cho đủ.", file=sys.stderr)
        return 130


def needed(command, rest):
    """Return the requirement file of what the command needs; each holds everything of the one before."""
    if command in ("audit", "sbom") or "--nightly" in rest:
        return NIGHTLY
    return DEVELOPMENT if command in ("test", "check") else RUNTIME


# --- the virtual environment


def prepare(requirements):
    """Make .venv hold exactly what the requirement file says; do nothing when it already does."""
    if is_ready(requirements):
        return
    first = not VENV.exists()
    print("Đang chuẩn bị lần đầu, khoảng một phút…" if first else "Đang cập nhật các thư viện…")
    if UNFINISHED.exists() or not works(PYTHON):
        remake_venv()
    UNFINISHED.touch()
    for done in (RUNTIME, DEVELOPMENT, NIGHTLY):
        stamp(done).unlink(missing_ok=True)
    print("  Cài các thư viện (đúng phiên bản đã khóa)…")
    install("--require-hashes", "-r", str(ROOT / requirements))
    print("  Cài nền tảng…")
    install_project()
    files = (RUNTIME, DEVELOPMENT, NIGHTLY)
    for done in files[: files.index(requirements) + 1]:  # each holds everything of the one before
        stamp(done).write_text(fingerprint(done), encoding="utf-8")
    UNFINISHED.unlink()
    print("Xong phần chuẩn bị.")


def is_ready(requirements):
    """Return whether an earlier start finished with the same files, the same Python and in the same place."""
    try:
        known = stamp(requirements).read_text(encoding="utf-8")
    except OSError:
        return False
    return not UNFINISHED.exists() and PYTHON.exists() and known == fingerprint(requirements)


def stamp(requirements):
    """Return the file in .venv that remembers what was installed."""
    return VENV / f"elearn-{Path(requirements).stem}.stamp"


def fingerprint(requirements):
    """Return what the installation depends on: the files, the place, and the Python behind .venv."""
    content = hashlib.sha256()
    for name in (requirements, "pyproject.toml"):
        content.update((ROOT / name).read_bytes())
    content.update(f"{ROOT}\0{os.path.realpath(PYTHON)}".encode())
    return content.hexdigest()


def works(python):
    """Return whether this Python starts and is new enough."""
    question = "import sys, encodings; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([str(python), "-c", question], **quietly(timeout=60)).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def remake_venv():
    """Make .venv from nothing, with uv when it is there, else with Python's own venv."""
    print("  Tạo môi trường riêng (.venv)…")
    shutil.rmtree(VENV, ignore_errors=True)
    if shutil.which("uv") and succeeds(
        ["uv", "venv", "--quiet", "--seed", "--python", sys.executable, str(VENV)]
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if importlib.util.find_spec("ensurepip") is None:
        bring_venv_module()
    answer = attempt([sys.executable, "-m", "venv", str(VENV)])
    if answer.returncode:
        raise SetUpError(f"{tail(answer)}\nKhông tạo được {VENV}. Xin xem dòng báo lỗi ở trên.")


def bring_venv_module():
    """Install what Debian keeps apart from Python, or say the line that does."""
    version = f"python3.{sys.version_info.minor}-venv"
    if apt_install([version]) or apt_install(["python3-venv"]):
        return
    raise SetUpError(
        f"Máy còn thiếu một gói. Xin chạy dòng này một lần rồi thử lại:\n  sudo apt install {version}"
    )


def install_project():
    """Install the project itself where it stands; nothing is written beside the sources."""
    scratch = VENV / "elearn-build"
    scratch.mkdir(exist_ok=True)
    settings = scratch / "setup.cfg"
    settings.write_text(
        f"[egg_info]\negg_base = {scratch}\n[build]\nbuild_base = {scratch}\n", encoding="utf-8"
    )
    # compat: the whole folder comes on the path, since config.py and wsgi.py stand beside the package
    how = ["--no-build-isolation", "--config-settings", "editable_mode=compat"]
    install(*how, "-e", str(ROOT), environment={"DIST_EXTRA_CONFIG": str(settings)})


def install(*what, environment=None):
    """Install with uv when it is there and can, else with pip, once more after a bad line."""
    if shutil.which("uv"):
        command = ["uv", "pip", "install", "--quiet", "--python", str(PYTHON), "--no-deps", *what]
        if attempt(command, environment).returncode == 0:
            return
    if attempt([str(PYTHON), "-m", "pip", "--version"]).returncode:
        attempt([str(PYTHON), "-m", "ensurepip"])
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        *what,
    ]
    answer = attempt(command, environment)
    if answer.returncode:
        print("  Chưa được, thử lại một lần nữa…")
        answer = attempt(command, environment)
    if answer.returncode:
        raise SetUpError(
            f"{tail(answer)}\nChưa cài được các thư viện. Xin xem mạng Internet rồi chạy lại lệnh này."
        )


# --- what the tests need besides Python


def test(arguments):
    """Run the tests on every core, then those that kill and flood; or only what is asked for.

    At night, when times are held too, each runs by itself. Bring a browser and a database server first when
    they are missing and may be brought.
    """
    pytest = [str(PYTHON), "-m", "pytest", *cache_options()]
    sizes = {"--quick", "--nightly"} & set(arguments)
    asked = [f"tests/{word}" if is_room(word) else word for word in arguments if word not in sizes]
    if "--quick" in sizes:
        pytest += QUICK
    else:
        bring_browser()
        bring_postgres()
    if "--nightly" in sizes:
        os.environ["ELEARN_NIGHTLY"] = "1"
        return hand_over([*pytest, *AT_NIGHT, *asked])
    if any(not word.startswith("-") for word in asked):
        return hand_over([*pytest, *asked])
    if "--quick" in sizes:
        return hand_over([*pytest, *on_every_core(), *asked])
    pytest += on_every_core()
    together = wait_for([*pytest, f"--ignore={APART}", *asked])
    return wait_for([*pytest, *asked, APART]) or together


def is_room(word):
    """Return whether the word is the name of a room that has tests."""
    return word.isidentifier() and (ROOT / "tests" / word).is_dir()


def on_every_core():
    """Return what spreads the tests over the cores; who has done its part takes from the others."""
    cores = min(os.cpu_count() or 1, MOST_WORKERS)
    return ["--numprocesses", str(cores), "--dist", "worksteal"] if cores > 1 else []


def bring_browser():
    """Install Debian's chromium, and the library that the driver of the tests needs."""
    missing = [] if find_browser() else ["chromium"]
    if sys.platform == "linux" and not any(Path("/usr").glob("lib*/**/libatomic.so.1")):
        missing.append("libatomic1")
    if missing and sys.platform == "linux":
        print(f"Cài thêm cho bài kiểm thử: {', '.join(missing)}…")
        apt_install(missing)
    if not find_browser():
        print("Bỏ qua các bài kiểm thử bằng trình duyệt: máy không có Chromium hoặc Chrome.")
        print("  Debian: sudo apt install chromium libatomic1")


def find_browser():
    """Return the browser that the tests can drive, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def bring_postgres():
    """Install a PostgreSQL server when root may; the tests start one of their own from its programs."""
    if find_postgres():
        return
    if is_root() or in_ci():
        print("Cài thêm cho bài kiểm thử: postgresql…")
        apt_install(["postgresql"])
    if find_postgres():
        return
    if in_ci():
        raise SetUpError("CI=true mà không có máy chủ PostgreSQL và cũng không cài được. Dừng ở đây.")
    print("Bỏ qua các bài kiểm thử với PostgreSQL: máy không có máy chủ PostgreSQL.")
    print("  Debian: sudo apt install postgresql")


def find_postgres():
    """Return the program that makes a database cluster, or None."""
    return shutil.which("initdb") or next(Path("/usr/lib/postgresql").glob("*/bin/initdb"), None)


def apt_install(packages):
    """Install Debian packages when it can be done without asking; return whether it was done."""
    as_root = [] if is_root() else ["sudo", "-n"]
    if not shutil.which("apt-get") or (
        as_root and not (shutil.which("sudo") and succeeds([*as_root, "true"]))
    ):
        return False
    apt = [
        *as_root,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=120",
    ]
    install_them = [*apt, "install", "-y", "--no-install-recommends", *packages]
    succeeds([*apt, "update"])
    return succeeds(install_them) or (succeeds([*apt, "update"]) and succeeds(install_them))


def is_root():
    """Return whether packages may be installed without asking anyone."""
    return not WINDOWS and os.geteuid() == 0


def in_ci():
    """Return whether nobody is watching, and nothing may be skipped."""
    return os.environ.get("CI") == "true"


# --- the checks before each commit


def check(arguments):
    """Run every check, each a line; return 1 when one of them failed. --tested: all tests ran just now."""
    python = str(PYTHON)
    checks = {
        "Trình bày (ruff format)": ["ruff", "format", "--check", "."],
        "Lỗi thường gặp (ruff)": ["ruff", "check", "."],
        "Kiểu dữ liệu (mypy)": ["mypy"],
        "Tầng, cửa và từ ngữ (tests/house)": ["pytest", *cache_options(), *on_every_core(), HOUSE],
    }
    if "--tested" in arguments:
        checks = {name: command for name, command in checks.items() if HOUSE not in command}
    failed = 0
    for name, command in checks.items():
        answer = attempt([python, "-m", *command], cache_environment(), cwd=ROOT)
        print(f"{name}: {'CHƯA ĐẠT' if answer.returncode else 'đạt'}")
        if answer.returncode:
            failed += 1
            print((answer.stdout or "").rstrip() + "\n")
    return 1 if failed else 0


def cache_options():
    """Return what tells pytest that it cannot keep notes beside the sources."""
    return [] if os.access(ROOT, os.W_OK) else ["-p", "no:cacheprovider"]


def cache_environment():
    """Return what tells the checkers the same."""
    return {} if os.access(ROOT, os.W_OK) else {"RUFF_NO_CACHE": "true", "MYPY_CACHE_DIR": os.devnull}


# --- programs


def hand_over(command):
    """Become the command (on Windows: wait for it), in the folder of the project."""
    if not WINDOWS:
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execv(command[0], command)  # noqa: S606 - the command is ours
    return wait_for(command)


def wait_for(command):
    """Run the command in the folder of the project, before everybody's eyes; return its exit code."""
    sys.stdout.flush()
    return subprocess.run(command, check=False, cwd=ROOT).returncode


def attempt(command, environment=None, cwd=None):
    """Run a program without a keyboard, keeping what it says; a missing or stuck one counts as failed."""
    settings = {**os.environ, "PIP_NO_INPUT": "1", "PIP_USER": "0", "UV_PYTHON_DOWNLOADS": "never"}
    for name in ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV"):
        settings.pop(name, None)
    settings.update(environment or {}, PYTHONUTF8="1")
    try:
        return subprocess.run(command, cwd=cwd, env=settings, **quietly(timeout=LONGEST_STEP))
    except (OSError, subprocess.TimeoutExpired) as problem:
        return subprocess.CompletedProcess(command, 1, stdout=str(problem))


def quietly(timeout):
    """Return how programs are run: no keyboard, one stream of text, never for ever."""
    return {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "encoding": "utf-8",
        "errors": "replace",
        "timeout": timeout,
        "check": False,
    }


def succeeds(command):
    """Return whether the program did what it was asked."""
    return attempt(command).returncode == 0


def tail(answer):
    """Return the last lines of what a program said."""
    return "\n".join((answer.stdout or "").strip().splitlines()[-15:])


@contextlib.contextmanager
def only_one_at_a_time():
    """Let a second start wait until the first has finished setting up (not on Windows)."""
    if WINDOWS:
        yield
        return
    import fcntl  # not there on Windows

    place = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
