"""Files that come in, damaged by chance in every way (THREATS T-import, T-upload, T-backup).

Each is taken, or refused with a sentence that says what to do; nothing breaks and nothing is written. Files
that are hostile on purpose stand in tests/kit/test_sheets.py, tests/library/test_pictures.py and
tests/upkeep/test_restore.py. On a day a few hundred of each kind; at night each for a minute.
"""

import random
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest

import config
from elearn.authoring.pasted import SourceProblem, cleaned, text_of
from elearn.kit.sheets import SheetProblem
from elearn.library.document.check import check_text
from elearn.library.facts import read_facts
from elearn.library.folder import check_shelf
from elearn.library.pictures import why_not
from elearn.office.imports import plan_of
from elearn.upkeep.files import BackupFault, scratch
from elearn.upkeep.restore import unpack
from tests.kit.test_sheets import xlsx
from tests.library.test_pictures import DRAWING, jpeg, png, wide_webp
from tests.security.doors import everything
from tests.security.figures import tell
from tests.security.naughty import every
from tests.sizes import NIGHTLY, size
from tests.upkeep.conftest import kept, ward  # noqa: F401 - fixtures

SECONDS = 60  # of each kind, at night
VIETNAMESE = re.compile(r"[à-ỹđ]", re.IGNORECASE)
HEAD = "Họ và tên,Tổ,Số điện thoại,Năm sinh,Ngày đồng ý giữ kết quả"
LIST = f"{HEAD}\nBùi Thị Mận,DG05,0912345678,1954,24/11/2025\n"
ROWS = [row.split(",") for row in LIST.splitlines()]
LESSON = config.ROOT / "courses" / "thanh-toan-so"


def rounds(daily: int) -> Iterator[random.Random]:
    """Yield chance, so many times on a day (the same each day), for a minute at night."""
    ends, number = time.monotonic() + SECONDS, 0
    while number < daily or (NIGHTLY and time.monotonic() < ends):
        yield random.Random(f"{number} {time.time_ns() if NIGHTLY else ''}")
        number += 1


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return the file with bytes changed, lost, doubled or slipped in, a few times."""
    whole = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at, length = chance.randrange(len(whole) + 1), chance.choice((1, 1, 2, 4, 50, 1_000))
        match chance.randrange(6):
            case 0:
                whole[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del whole[at : at + length]
            case 2:
                whole[at:at] = whole[at : at + length] * chance.choice((1, 3))
            case 3:
                whole[at:at] = chance.choice(every()).encode("utf-8", "surrogatepass")[:2_000]
            case 4:
                whole[at : at + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0")
                )
            case _:
                del whole[at:]
    return bytes(whole)


def damaged_within(content: bytes, chance: random.Random) -> bytes:
    """Return an archive that is whole, with one of its entries damaged, lost or under another name."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = chance.choice(old.namelist())
        for name in old.namelist():
            if name != chosen:
                new.writestr(name, old.read(name))
            elif chance.random() < 0.8:
                new.writestr(name, damaged(old.read(name), chance))
            elif chance.random() < 0.5:
                new.writestr(f"../{name}", old.read(name))
    return file.getvalue()


def refused(doing: Callable[[], object], *problems: type[Exception]) -> bool:
    """Do it; return whether it was refused, which takes a sentence in Vietnamese."""
    try:
        doing()
    except problems as problem:
        assert VIETNAMESE.search(str(problem)) and str(problem).rstrip("”)").endswith("."), str(problem)
        return True
    return False


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_damaged_list_is_read_or_refused_and_nothing_is_written(lively, request, ending):
    whole = LIST.encode() if ending == "csv" else xlsx(*ROWS)
    before, done, no = everything(), 0, 0
    for chance in rounds(150):
        inside = ending == "xlsx" and chance.random() < 0.7
        content = damaged_within(whole, chance) if inside else damaged(whole, chance)
        done, no = done + 1, no + refused(lambda content=content: plan_of(content, 1), SheetProblem)
    assert everything() == before and no > 0
    tell(request, "T-import", f"{done} damaged lists .{ending}: {no} refused, nothing written")


def test_a_damaged_text_of_a_lesson_is_read_or_refused(request):
    facts = {one.id: one for one in read_facts((LESSON.parent / "facts.yaml").read_text())}
    texts = [file.read_bytes() for file in sorted(LESSON.glob("*.md"))]
    done, no, remarks = 0, 0, 0
    for chance in rounds(150):
        content = damaged(chance.choice(texts), chance)

        def read(content=content):
            nonlocal remarks
            remarks += len(check_text(cleaned(text_of(content)).text, facts))

        done, no = done + 1, no + refused(read, SourceProblem)
    assert no and remarks > done / 4
    tell(request, "T-import", f"{done} damaged texts: {no} refused whole, {remarks} remarks on the others")


def test_a_damaged_course_is_found_to_be_one(request, tmp_path):
    """Header, questions and facts as a folder holds them: what is wrong is said, file by file."""
    done, said = 0, 0
    for chance in rounds(25):
        home = tmp_path / "shelf"
        shutil.copytree(LESSON, home / LESSON.name)
        shutil.copy(LESSON.parent / "facts.yaml", home)
        file = chance.choice([one for one in sorted(home.rglob("*")) if one.is_file()])
        file.write_bytes(damaged(file.read_bytes(), chance))
        done, said = done + 1, said + bool(check_shelf(home))
        shutil.rmtree(home)
    assert said
    tell(request, "T-import", f"{done} damaged courses: {said} told what is wrong with them")


def test_a_damaged_picture_is_taken_or_refused(request):
    pictures = [("a.svg", DRAWING), ("a.png", png()), ("a.jpg", jpeg()), ("a.webp", wide_webp(2, 2))]
    done, no = 0, 0
    for chance in rounds(2_000):
        name, content = chance.choice(pictures)
        done, why = done + 1, why_not(name, damaged(content, chance))
        assert why is None or all(VIETNAMESE.search(part) and part.endswith((".", ").")) for part in why), why
        no += why is not None
    assert 0 < no < done
    tell(request, "T-upload", f"{done} damaged pictures: {no} refused")


def test_a_damaged_backup_is_never_taken(kept, request, tmp_path):  # noqa: F811 - a fixture
    """Whatever byte is another one: what is opened is what was kept, or nothing is."""
    whole, file = kept().read_bytes(), tmp_path / "damaged.zip"
    with scratch(tmp_path / "out") as folder:
        members = unpack(kept("b.zip"), folder).manifest.members
    done, no = 0, 0
    for chance in rounds(size(25, 25)):
        inside = chance.random() < 0.5
        file.write_bytes(damaged_within(whole, chance) if inside else damaged(whole, chance))

        def open_it():
            with scratch(tmp_path / "out") as folder:
                told = unpack(file, folder).manifest.members
                assert {name: one.sha256 for name, one in told.items()} == {
                    name: one.sha256 for name, one in members.items()
                }

        done, no = done + 1, no + refused(open_it, BackupFault)
    assert no
    tell(request, "T-import", f"{done} damaged backups: {no} refused, the others are what was kept")
