"""The commands of those who look after an installation: courses, counts, backups, lists, the look-over."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError

import config
from elearn.app import create_app
from elearn.kit import audit
from elearn.kit.clock import now, today
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.kit.sheets import SheetProblem
from elearn.learning.recount import recount
from elearn.library.folder import Shelf, ShelfFault, check_shelf, read_shelf, said, write_shelf
from elearn.library.laying import Beside
from elearn.library.ready_pages import refresh_pages
from elearn.library.shelf import Loaded, export_shelf, load_shelf
from elearn.office.imports import carry_out, plan_of
from elearn.office.verdicts import CHANGED, SAME, SKIPPED, TAKEN
from elearn.people.models import Ward
from elearn.server.lock import refuse_while_serving
from elearn.upkeep import backup as backups
from elearn.upkeep import doctor
from elearn.upkeep.database_servers import refuse_while_others_work
from elearn.upkeep.migrate import migrate
from elearn.upkeep.tick import Unfinished, what_is_due
from elearn.upkeep.tick import tick as regular_work

MOST_SHOWN = 40


@contextlib.contextmanager
def opened(options: argparse.Namespace) -> Iterator[Flask]:
    """Open the installation that the command is about: the real one, or with --demo the trial ward."""
    app = create_app(config.for_demo() if options.demo else config.from_environment())
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextlib.contextmanager
def opened_and_current(options: argparse.Namespace) -> Iterator[Flask]:
    """Open it and make sure that its database fits this program; raise Refused otherwise."""
    with opened(options) as app:
        for look in (doctor.database, doctor.revision):
            if not (finding := look()).good:
                raise Refused(f"{finding.what}: {finding.seen}.\n{finding.remedy}")
        yield app


# --- courses


def check_courses(options: argparse.Namespace) -> int:
    """Say what is wrong on a shelf of courses: file, line, fault, remedy."""
    folder = _shelf(options)
    with Beside() as beside:
        found = check_shelf(folder, beside.check)
    for file, remark in found:
        kind = "lỗi" if remark.severity == "error" else "nhắc"
        print(f"[{kind}] {said(file, remark)}")
    errors = sum(remark.severity == "error" for _, remark in found)
    courses, lessons = _size(folder)
    print(f"{courses} khóa, {lessons} bài: {errors} lỗi, {len(found) - errors} điều nên xem lại.")
    return 1 if errors else 0


def _size(folder: Path) -> tuple[int, int]:
    try:
        shelf = read_shelf(folder)
    except ShelfFault:
        return len(list(folder.glob("*/course.md"))), len(list(folder.glob("*/[0-9]*.md")))
    return len(shelf.courses), sum(len(course.lessons) for course in shelf.courses)


def load_courses(options: argparse.Namespace) -> int:
    """Put a shelf of courses into the library, all of it or nothing."""
    shelf = shelf_in(_shelf(options))
    with opened_and_current(options):
        tell_loaded(load_shelf(shelf))
    return 0


def shelf_in(folder: Path) -> Shelf:
    """Return the shelf of courses in the folder; raise Refused with every fault of reading."""
    try:
        return read_shelf(folder)
    except ShelfFault as fault:
        raise Refused(f"{fault}\nChưa nạp gì. Sửa các lỗi trên rồi chạy lại.") from None


def tell_loaded(loaded: Loaded) -> None:
    if not loaded.changed:
        print("Kho bài học đã là bản mới nhất, không có gì thay đổi.")
        return
    print(
        f"Đã nạp: {loaded.courses} khóa mới, {loaded.lessons} bài mới, {loaded.revisions} bản công bố, "
        f"{loaded.drafts} bản nháp, {loaded.facts} dữ kiện."
    )
    for sentence in loaded.told:
        print(f"  {sentence}")


def export_courses(options: argparse.Namespace) -> int:
    """Write what is offered now as a folder of files."""
    folder = Path(options.folder).absolute()
    with opened_and_current(options):
        shelf = export_shelf(the_ward(options).id) if options.ward else export_shelf()
    if folder.exists() and any(folder.iterdir()) and not (folder / "facts.yaml").exists():
        raise Refused(f"{folder} đã có tệp khác. Hãy chọn một thư mục trống.")
    write_shelf(shelf, folder)
    lessons = sum(len(course.lessons) for course in shelf.courses)
    print(f"Đã ghi {len(shelf.courses)} khóa, {lessons} bài vào {folder}.")
    return 0


def _shelf(options: argparse.Namespace) -> Path:
    folder = Path(options.folder).absolute() if options.folder else config.courses()
    if not folder.is_dir():
        raise Refused(f"Không thấy thư mục {folder}. Xin xem lại đường dẫn.")
    return folder


def the_ward(options: argparse.Namespace) -> Ward:
    """Return the ward that was named, or the only one."""
    wards = db.session.scalars(select(Ward).where(Ward.joined_from.is_(None)).order_by(Ward.id)).all()
    if not wards:
        raise Refused("Chưa có phường nào. Chạy: python3 -m elearn init")
    if not options.ward and len(wards) == 1:
        return wards[0]
    named = [ward for ward in wards if ward.code == (options.ward or "").upper()]
    if not named:
        raise Refused(f"Xin ghi --ward với một mã phường: {', '.join(ward.code for ward in wards)}.")
    return named[0]


# --- counts


def count_again(options: argparse.Namespace) -> int:
    """Count again from the facts; say where the kept counts differ, and mend them when asked."""
    with opened_and_current(options):
        differences = recount(repair=options.repair)
        if options.repair and differences:
            audit.record("repair counts", "counts", "all", actor_id=None, times=len(differences))
    for sentence in differences[:MOST_SHOWN]:
        print(sentence)
    if len(differences) > MOST_SHOWN:
        print(f"… và {len(differences) - MOST_SHOWN} chỗ khác.")
    if not differences:
        print("Số liệu khớp với từng lượt học, không có chỗ lệch.")
        return 0
    if options.repair:
        print(f"Đã sửa {len(differences)} chỗ lệch.")
        return 0
    print(f"Có {len(differences)} chỗ lệch. Sửa bằng: python3 -m elearn recount --repair", file=sys.stderr)
    return 1


# --- upgrading


def upgrade(options: argparse.Namespace) -> int:
    """Bring the database to what this program expects, after keeping a copy of it."""
    with opened(options) as app:
        found = doctor.database()
        if not found.good:
            raise Refused(f"{found.what}: {found.seen}.\n{found.remedy}")
        if doctor.revision().good:
            print("Cơ sở dữ liệu đã khớp với chương trình, không cần nâng cấp.")
            renew_pages()
            return 0
        refuse_while_serving(Path(app.config["INSTANCE"]))
        refuse_while_others_work()
        bring_up_to_date()
    print("Bài học của dự án có thể có bản mới: python3 -m elearn courses load")
    return 0


def bring_up_to_date() -> None:
    """Make the tables; where there are old ones, keep a copy of everything first.

    All the migrations happen or none; raise Refused, with what broke, when none did.
    """
    place, url = Path(current_app.config["INSTANCE"]), str(current_app.config["SQLALCHEMY_DATABASE_URI"])
    if inspect(db.engine).has_table("ward"):
        kept = place / f"truoc-nang-cap-{now():%Y%m%d-%H%M%S}.zip"
        backups.backup(url, kept)
        print(f"Đã giữ một bản trước khi nâng cấp: {kept}")
    db.session.remove()
    try:
        migrate(db.engine, Path(current_app.config["MIGRATIONS"]))
    except Exception as fault:
        what = (str(getattr(fault, "orig", fault)).strip() or "không rõ").splitlines()[0][:300]
        raise Refused(
            f"Chưa nâng cấp được; dữ liệu còn như cũ. Lỗi: {type(fault).__name__}: {what}\n"
            "Cứ chạy tiếp bản cũ của chương trình, và gửi dòng lỗi này cho người làm phần mềm."
        ) from fault
    print("Cơ sở dữ liệu đã khớp với chương trình.")
    try:
        renew_pages()
    except SQLAlchemyError:  # the upgrade stands; the regular work lays the pages out as well
        db.session.rollback()
        print("Chưa trình bày lại được các bài; việc định kỳ (elearn tick) sẽ làm.")


def renew_pages() -> None:
    """Make the ready pages of lessons anew that an older program has made."""
    if renewed := refresh_pages(today()):
        print(f"Đã trình bày lại {renewed} bài theo chương trình mới.")


# --- the look-over, and the regular work


def look_over(options: argparse.Namespace) -> int:
    """Say line by line whether the installation is as it should be."""
    faults = 0
    with opened(options):
        for finding in doctor.findings(quick=options.quick):
            print(finding)
            faults += not finding.good
    print(f"\nCó {faults} điều cần xem." if faults else "\nMọi thứ đều đạt.")
    return 1 if faults else 0


def tick(options: argparse.Namespace) -> int:
    """Do what is due every so often; of several that start at once, one does it."""
    with opened_and_current(options):
        if options.dry_run:
            print(
                "\n".join(
                    ["Nếu chạy bây giờ:", *what_is_due()] if what_is_due() else ["Không có gì hết hạn giữ."]
                )
            )
            return 0
        try:
            done = regular_work()
        except Unfinished as fault:
            print("\n".join(fault.done))
            raise
    print("Máy khác đang làm việc này." if done is None else "\n".join(done) or "Không có việc gì đến hạn.")
    return 0


# --- lists


def import_people(options: argparse.Namespace) -> int:
    """Show what a list of groups or residents would do; with --write do all of it."""
    file = Path(options.file)
    if not file.is_file():
        raise Refused(f"Không thấy tệp {file}. Xin xem lại đường dẫn.")
    content = file.read_bytes()
    with opened_and_current(options):
        ward = the_ward(options)
        try:
            plan = plan_of(content, ward.id)
        except SheetProblem as problem:
            raise Refused(str(problem)) from None
        for verdict in plan.in_order:
            if verdict.what != SAME:
                print(f"Dòng {verdict.row}: {OUTCOME[verdict.what]} {verdict.shown}. {verdict.why}".rstrip())
        for sentence in plan.warnings:
            print(f"Lưu ý: {sentence}")
        print(plan.summary)
        if not plan.does_something:
            return 1 if plan.skipped else 0
        if not options.write:
            print("Đây là xem thử, chưa ghi gì. Ghi thật: thêm --write")
            return 0
        carry_out(content, ward.id, by=None, agreed=plan.digest)
        print("Đã ghi.")
    return 0


OUTCOME = {TAKEN: "mới:", CHANGED: "thay đổi:", SKIPPED: "bỏ qua:"}
