"""What the person who installs it types: elearn run, init, courses, backup, doctor… in plain Vietnamese."""

import argparse
import contextlib
import importlib
import importlib.metadata
import json
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import config
from elearn.kit.faults_said import in_words
from elearn.kit.refused import Refused
from elearn.server import doors, listen, memory
from elearn.server.lock import serving
from elearn.server.static import prepare_static_files
from elearn.trial import setup

HERE = "127.0.0.1"
WORKERS = 2  # when one is replaced, the other answers
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
    except Exception as fault:
        if (words := in_words(fault)) is None:
            raise
        print(words, file=sys.stderr)
        return 1


# --- the trial ward


def run(options: argparse.Namespace) -> None:
    """Serve the trial ward on this machine until Ctrl+C."""
    memory.take_from_few_places()
    port = options.port or config.port()
    doors.refuse_busy_port(HERE, port)
    made = setup.make_ready(print, bar)
    print(setup.told(made, f"http://{HERE}:{port}"))
    print("\nĐang chạy. Nhấn Ctrl+C để dừng; lần sau chạy lại, dữ liệu vẫn còn.")
    serve_until_told("elearn.server.apps:demo_app", HERE, port, 1, until_the_window_closes=True)


def demo(options: argparse.Namespace) -> None:
    """Make a trial ward of any size, and tell how its cast comes in."""
    quiet = options.json
    residents, wards, groups = options.residents, options.wards, options.groups
    if options.city:
        residents, wards, groups = residents or 1_000_000, wards or 114, groups or 6_000
    made = setup.make(
        residents or setup.RESIDENTS, options.seed, wards or 1, bar,
        groups=groups, replace=options.replace, say=_to_nobody if quiet else print,
    )  # fmt: skip
    if quiet:
        print(json.dumps(made.cast, ensure_ascii=False, indent=1))
    else:
        print(setup.told(made, f"http://{HERE}:{config.port()}"))
        print("\nMở bằng lệnh: python3 -m elearn run")


def serve(options: argparse.Namespace) -> None:
    """Serve the real ward, once it is known that everything it needs is there."""
    memory.take_from_few_places()
    if config.counts():
        config.share_metrics(config.instance())
    settings = config.from_environment()
    place, port = config.instance(), options.port or config.port()
    doors.refuse_open_address(
        options.host, hall=bool(settings["HALL"]), proxies=int(str(settings["PROXIES"]))
    )
    inherited = config.inherited_socket()
    if inherited is None:
        doors.refuse_busy_port(options.host, port)
    importlib.import_module("elearn.upkeep.doctor").refuse_unfit(settings)
    prepare_static_files(place)
    print(f"Đang phục vụ tại http://{options.host}:{port}. Nhấn Ctrl+C để dừng.")
    if settings["HALL"]:
        print("Chế độ hội trường: đường truyền không mã hóa, chỉ dùng trong mạng riêng này, xong thì tắt.")
    noted = importlib.import_module("elearn.upkeep.audit_ends").noted_around(settings)
    with serving(place), noted:
        serve_until_told(
            "elearn.server.apps:real_app", options.host, port, options.workers, inherited=inherited
        )


def serve_until_told(application: str, host: str, port: int, workers: int, **how: Any) -> None:
    """Serve; say in one line that it has ended."""
    listen.serve(application, host, port, workers, **how)
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
        """Begin with "Cách dùng"; an empty prefix asks for the bare name of a command."""
        super().add_usage(usage, actions, groups, "Cách dùng: " if prefix is None else prefix)


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
    whole.add_argument(
        "--version", action="version", version=f"elearn {importlib.metadata.version('elearn')}"
    )
    commands = whole.add_subparsers(title="Các lệnh", metavar="LỆNH", required=True, parser_class=Parser)

    one = _command(commands, "run", run, "chạy thử trên máy này, với phường thử và tài khoản thử")
    one.add_argument("--port", type=int, metavar="CỔNG", help="cổng (mặc định: PORT, hoặc 8000)")

    one = _command(commands, "demo", demo, "tạo phường thử với số người tùy ý")
    one.add_argument("--residents", type=_at_least(1), metavar="N", help="số người")
    one.add_argument("--wards", type=_at_least(1), metavar="N", help="số phường")
    one.add_argument(
        "--groups", type=_at_least(1), default=0, metavar="N", help="số tổ của một thành phố chỉ có số liệu"
    )
    words = "thành phố thử: 114 phường, 6.000 tổ, số liệu của 1.000.000 người (không tạo từng người)"
    one.add_argument("--city", action="store_true", help=words)
    one.add_argument("--seed", type=int, default=setup.SEED, metavar="N", help="cùng số này thì cùng phường")
    one.add_argument("--replace", action="store_true", help="bỏ dữ liệu thử đang có, tạo lại")
    one.add_argument("--json", action="store_true", help="in tài khoản dưới dạng JSON")
    one = _command(commands, "init", "install:init", "lập một phường thật: hỏi từng câu, hoặc theo tùy chọn")
    one.add_argument("--template", metavar="TỆP.csv", help="chỉ ghi mẫu danh sách tổ dân phố")
    for name, words in INIT_ANSWERS.items():
        one.add_argument(f"--{name}", metavar="…", help=words)
    _password_file(one)
    one.set_defaults(ward=None)

    _courses(_group(commands, "courses", "kho bài học: check, load, export"))

    one = _on_data(commands, "recount", "chores:count_again", "đếm lại từ từng lượt học, so với số đang hiện")
    one.add_argument("--repair", action="store_true", help="sửa những chỗ lệch")

    one = _on_data(
        commands, "backup", "safekeeping:back_up", "sao lưu tất cả vào một tệp, trong lúc mọi người vẫn học"
    )
    one.add_argument("file", metavar="TỆP.zip")
    words = "mã hóa cho người giữ khóa này (ghi được nhiều lần; mặc định: ELEARN_BACKUP_KEYS)"
    one.add_argument("--recipient", action="append", metavar="age1…", help=words)
    one = _command(commands, "backup-key", "safekeeping:make_key", "tạo cặp khóa để mã hóa bản sao lưu")
    one.add_argument("--file", metavar="TỆP", help="ghi khóa riêng vào tệp này thay vì hiện ra")
    one = _on_data(
        commands, "restore", "safekeeping:put_back", "khôi phục từ một bản sao lưu (dừng máy chủ trước)"
    )
    one.add_argument("file", metavar="TỆP.zip")
    one.add_argument("--replace", action="store_true", help="thay dữ liệu đang có (bản cũ được giữ bên cạnh)")
    one.add_argument("--identity", metavar="TỆP", help="tệp khóa riêng, khi bản sao lưu đã mã hóa")
    one.add_argument("--check", action="store_true", help="chỉ kiểm tra bản sao lưu, không thay đổi gì")
    either = one.add_mutually_exclusive_group()
    either.add_argument(
        "--erased", metavar="TỆP", help="danh sách người đã yêu cầu xóa, nằm cạnh các bản sao lưu"
    )
    one.add_argument("--new-secret", action="store_true", help="tạo khóa bí mật mới, khi khóa cũ đã mất")
    either.add_argument("--no-erased", action="store_true", help="khôi phục dù không có danh sách đó")
    _on_data(commands, "upgrade", "chores:upgrade", "nâng cấp cơ sở dữ liệu cho khớp với chương trình mới")

    counts = _group(commands, "tally", "số liệu của nhiều nơi, gộp lại thành một bảng: export, import")
    one = _on_data(counts, "export", "tallies:export_tallies", "ghi số liệu các tuần đã trọn, không có người")
    one.add_argument("file", metavar="TỆP.zip")
    one.add_argument("--ward", metavar="MÃ", help="chỉ phường này (mặc định: mọi phường ở đây)")
    one.add_argument("--since", metavar="NGÀY", help="từ ngày, ví dụ 2026-11-02")
    one.add_argument("--until", metavar="NGÀY", help="đến hết ngày")
    one.set_defaults(bar=bar)
    one = _on_data(
        counts, "import", "tallies:import_tallies", "nhập tệp của nơi khác, tất cả hoặc không gì cả"
    )
    one.add_argument("file", metavar="TỆP.zip")
    one.set_defaults(bar=bar)

    lists = _group(commands, "people", "danh sách tổ dân phố và người dân: import")
    one = _on_data(
        lists, "import", "chores:import_people", "xem thử, hoặc nhập, một danh sách .xlsx hoặc .csv"
    )
    one.add_argument("file", metavar="TỆP")
    one.add_argument("--ward", metavar="MÃ", help="mã phường, khi có nhiều phường")
    either = one.add_mutually_exclusive_group()
    either.add_argument("--dry-run", action="store_true", help="chỉ xem thử (như khi không ghi gì)")
    either.add_argument("--write", action="store_true", help="nhập thật, tất cả hoặc không gì cả")

    users = _group(commands, "user", "tài khoản của người có nhiệm vụ: add, reset")
    one = _on_data(users, "add", "install:add_user", "tạo tài khoản cho cán bộ, đoàn viên, người hướng dẫn")
    one.add_argument("--ward", metavar="MÃ", help="mã phường, khi có nhiều phường")
    one.add_argument("--name", metavar="…", help="họ và tên")
    one.add_argument(
        "--role", metavar="…", help="quan-tri, duyet-bai, soan-bai, xem-so-lieu, doan-thanh-nien, huong-dan"
    )
    one.add_argument("--phone", metavar="…", help="số di động")
    one.add_argument("--group", metavar="MÃ", help="mã tổ, cho người hướng dẫn")
    one.add_argument("--everywhere", action="store_true", help="vai trò ở mọi phường, khi có nhiều phường")
    one.add_argument("--generate", action="store_true", help="máy tự đặt mật khẩu và in ra một lần")
    _password_file(one)
    one = _on_data(users, "reset", "staff:reset_user", "đặt lại mật khẩu, gỡ lớp khóa thứ hai của một người")
    one.add_argument("--who", metavar="…", help="số di động hoặc mã cá nhân")
    one.add_argument("--generate", action="store_true", help="máy tự đặt mật khẩu và in ra một lần")
    _password_file(one)

    one = _on_data(commands, "doctor", "chores:look_over", "xem mọi thứ có ổn không, và cần làm gì")
    one.add_argument("--quick", action="store_true", help="bỏ những việc lâu: đếm lại, kiểm cả nhật ký")
    one = _on_data(commands, "tick", "chores:tick", "việc định kỳ, đặt lịch chạy mỗi giờ")
    one.add_argument("--dry-run", action="store_true", help="chỉ xem cái gì đã hết hạn giữ, không xóa gì")

    _command(commands, "audit", "supply:audit", "hỏi xem thư viện nào có điểm yếu đã biết (cần mạng)")
    one = _command(commands, "sbom", "supply:sbom", "ghi danh sách các thành phần, dạng CycloneDX")
    one.add_argument("file", metavar="TỆP.json")

    one = _command(commands, "serve", serve, "phục vụ phường thật")
    one.add_argument("--host", default=HERE, metavar="ĐỊA CHỈ", help=f"mặc định: {HERE}")
    one.add_argument("--port", type=_at_least(1), metavar="CỔNG", help="mặc định: PORT, hoặc 8000")
    one.add_argument(
        "--workers", type=_at_least(1), default=WORKERS, metavar="N", help=f"mặc định: {WORKERS}"
    )
    return whole


INIT_ANSWERS = {
    "ward-name": "tên phường",
    "ward-code": "mã phường, viết tắt không dấu",
    "city": "tỉnh hoặc thành phố",
    "office-name": "bộ phận phụ trách",
    "office-phone": "điện thoại của bộ phận",
    "office-address": "địa chỉ của bộ phận",
    "groups": "tệp danh sách tổ dân phố",
    "admin-name": "họ và tên người quản trị đầu tiên",
    "admin-phone": "số di động của người đó",
}


def _courses(courses: Any) -> None:
    one = _command(courses, "check", "chores:check_courses", "soát kho bài: tệp, dòng, lỗi, cách sửa")
    one.add_argument("folder", nargs="?", metavar="THƯ MỤC", help="mặc định: courses/")
    one = _on_data(courses, "load", "chores:load_courses", "nạp kho bài, tất cả hoặc không gì cả")
    one.add_argument("folder", nargs="?", metavar="THƯ MỤC", help="mặc định: courses/")
    one = _on_data(courses, "export", "chores:export_courses", "ghi các bài đang công bố ra thư mục")
    one.add_argument("folder", metavar="THƯ MỤC")
    one.add_argument("--ward", metavar="MÃ", help="thêm các khóa riêng của phường này")


def _group(commands: Any, name: str, words: str) -> Any:
    one = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    return one.add_subparsers(title="Các lệnh", metavar="LỆNH", required=True, parser_class=Parser)


def _on_data(commands: Any, name: str, do: str, words: str) -> Parser:
    one = _command(commands, name, do, words)
    one.add_argument("--demo", action="store_true", help="làm với phường thử")
    return one


def _password_file(one: Parser) -> None:
    words = "tệp có dòng đầu là mật khẩu (- là đọc từ đầu vào)"
    one.add_argument("--password-file", metavar="TỆP", help=words)


def _command(commands: Any, name: str, do: Callable[[argparse.Namespace], Any] | str, words: str) -> Parser:
    one: Parser = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    one.set_defaults(command=_loaded_when_asked(do) if isinstance(do, str) else do)
    return one


def _loaded_when_asked(where: str) -> Callable[[argparse.Namespace], Any]:
    """Return a command whose module is loaded when the command is given: `run` needs none of them."""

    def command(options: argparse.Namespace) -> Any:
        module, _, name = where.partition(":")
        return getattr(importlib.import_module(f"elearn.commands.{module}"), name)(options)

    return command


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


if __name__ == "__main__":
    sys.exit(main())
