"""What the person who installs it types: elearn run, init, courses, backup, doctor… in plain Vietnamese."""

import argparse
import contextlib
import json
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import config
from elearn import server, trial
from elearn.kit.refused import Refused

HERE = "127.0.0.1"
BAR = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked and return the exit code: 0 done, 1 something is wrong, 2 not understood."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a test's stream has no encoding to change
            stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
    options = parser().parse_args(arguments)
    try:
        return int(options.command(options) or 0)
    except Refused as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nĐã dừng.", file=sys.stderr)
        return 130


# --- the trial ward


def run(options: argparse.Namespace) -> None:
    """Serve the trial ward on this machine until Ctrl+C."""
    port = options.port or config.port()
    server.refuse_busy_port(HERE, port)
    made = trial.make_ready(print, bar)
    print(trial.told(made, f"http://{HERE}:{port}"))
    print("\nĐang chạy. Nhấn Ctrl+C để dừng; lần sau chạy lại, dữ liệu vẫn còn.")
    serve_until_told("elearn.server:demo_app", HERE, port, 1)


def demo(options: argparse.Namespace) -> None:
    """Make a trial ward of any size, and tell how its cast comes in."""
    quiet = options.json
    made = trial.make(
        options.residents, options.seed, options.wards, bar,
        replace=options.replace, say=_to_nobody if quiet else print,
    )  # fmt: skip
    if quiet:
        print(json.dumps(made.cast, ensure_ascii=False, indent=1))
    else:
        print(trial.told(made, f"http://{HERE}:{config.port()}"))
        print("\nMở bằng lệnh: python3 -m elearn run")


def serve_until_told(application: str, host: str, port: int, workers: int) -> None:
    """Serve; say in one line that it has ended."""
    server.serve(application, host, port, workers)
    print("\nĐã dừng.")


# --- how it is typed


class Parser(argparse.ArgumentParser):
    """A parser that speaks Vietnamese."""

    def __init__(self, **more: Any) -> None:
        super().__init__(add_help=False, formatter_class=Layout, **more)
        self._positionals.title, self._optionals.title = "Cần ghi", "Tùy chọn"
        self.add_argument("-h", "--help", action="help", help="xem cách dùng")

    def error(self, message: str) -> NoReturn:
        """Say what was not understood, and how to see what may be typed."""
        for pattern, words in MISUNDERSTOOD:
            if found := re.fullmatch(pattern, message, re.DOTALL):
                message = words.format(*found.groups())
                break
        print(f"{message}\nXem cách dùng: {self.prog} --help", file=sys.stderr)
        raise SystemExit(2)


class Layout(argparse.RawDescriptionHelpFormatter):
    """The help page, its first word in Vietnamese too."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin with "Cách dùng"."""
        super().add_usage(usage, actions, groups, prefix or "Cách dùng: ")


MISUNDERSTOOD = (
    (r"the following arguments are required: (.+)", "Còn thiếu: {0}."),
    (r"unrecognized arguments: (.+)", "Không hiểu: {0}."),
    (r"argument ([^:]+): invalid choice: '([^']*)'.*", "{0}: không có “{1}”."),
    (r"argument ([^:]+): invalid \S+ value: '([^']*)'", "{0}: “{1}” không đúng, cần một số."),
    (r"argument ([^:]+): expected .+", "{0}: cần ghi thêm một giá trị phía sau."),
    (r"argument ([^:]+): (.+)", "{0}: {1}"),
    (r"ambiguous option: (\S+) .*", "{0}: viết tắt này chưa rõ, xin viết đủ."),
    (r".*", "Chưa hiểu lệnh này."),
)


def parser() -> Parser:
    """Return what may be typed."""
    whole = Parser(prog="elearn", description="Nền tảng học tập của phường.")
    commands = whole.add_subparsers(title="Các lệnh", metavar="LỆNH", required=True, parser_class=Parser)

    one = _command(commands, "run", run, "chạy thử trên máy này, với phường thử và tài khoản thử")
    one.add_argument("--port", type=int, metavar="CỔNG", help="cổng (mặc định: PORT, hoặc 8000)")

    one = _command(commands, "demo", demo, "tạo phường thử với số người tùy ý")
    one.add_argument("--residents", type=_at_least(1), default=trial.RESIDENTS, metavar="N", help="số người")
    one.add_argument("--wards", type=_at_least(1), default=1, metavar="N", help="số phường")
    one.add_argument("--seed", type=int, default=trial.SEED, metavar="N", help="cùng số này thì cùng phường")
    one.add_argument("--replace", action="store_true", help="bỏ dữ liệu thử đang có, tạo lại")
    one.add_argument("--json", action="store_true", help="in tài khoản dưới dạng JSON")
    return whole


def _command(commands: Any, name: str, do: Callable[[argparse.Namespace], Any], words: str) -> Parser:
    one: Parser = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    one.set_defaults(command=do)
    return one


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        found = int(text)
        if found < least:
            raise argparse.ArgumentTypeError(f"cần một số từ {least} trở lên.")
        return found

    return number


def bar(done: int, whole: int) -> None:
    """Draw how far it is; nothing where nobody watches."""
    if sys.stderr.isatty():
        filled = BAR * done // max(whole, 1)
        end = "\n" if done >= whole else ""
        print(
            f"\r  [{'#' * filled}{'.' * (BAR - filled)}] {done}/{whole}", end=end, file=sys.stderr, flush=True
        )


def _to_nobody(_sentence: str) -> None:
    pass
