"""The Word file, opened by another program than the one that wrote it, and laid out by it as pages."""

import re
import shutil
import subprocess
from datetime import datetime

import pytest

from elearn.report.figures import Correction
from elearn.report.layout import word_file
from tests.report.conftest import made, part

SOFFICE, PDFTOTEXT, PDFINFO = (shutil.which(name) for name in ("soffice", "pdftotext", "pdfinfo"))
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not (SOFFICE and PDFTOTEXT and PDFINFO), reason="LibreOffice or poppler is not here"),
]
MANY = tuple(part(f"G{n}", f"Tổ dân phố số {n} (Đằng Giang)", n, kind="regular", people=n) for n in range(60))


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The report of a ward of sixty groups as PDF, and what stands on each of its pages."""
    folder = tmp_path_factory.mktemp("office")
    document = made(groups=MANY, corrections=[Correction("Toàn phường: bài học làm xong", 1, 2)])
    (folder / "report.docx").write_bytes(word_file(document, datetime(2027, 1, 5)))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), str(folder / "report.docx")],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    path = str(folder / "report.pdf")
    text = subprocess.run([PDFTOTEXT, "-layout", path, "-"], check=True, capture_output=True, timeout=60)
    about = subprocess.run([PDFINFO, path], check=True, capture_output=True, timeout=60)
    return text.stdout.decode().split("\f")[:-1], about.stdout.decode()


def first_line(page):
    return next(line.strip() for line in page.splitlines() if line.strip())


def test_it_prints_on_a4(printed):
    _, about = printed
    width, height = map(float, re.search(r"Page size: +([\d.]+) x ([\d.]+)", about).groups())
    assert (round(width), round(height)) == (595, 842)


def test_pages_are_counted_from_the_second_on_and_anew_in_each_annex(printed):
    pages, _ = printed
    expected = 0
    starts = 0
    for page in pages:
        starts_anew = page is pages[0] or first_line(page).startswith("Phụ lục")
        expected = 1 if starts_anew else expected + 1
        starts += starts_anew
        assert (first_line(page) == str(expected)) == (expected > 1), first_line(page)
    assert starts == 5, "the report and four annexes"


def test_the_state_the_motto_and_the_name_of_the_body_take_one_line_each(printed):
    top = "\n".join(printed[0][0].splitlines()[:8])
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in top and "Độc lập - Tự do - Hạnh phúc" in top
    assert "PHÒNG VĂN HÓA - XÃ HỘI" in top and "Gia Viên, ngày 05 tháng 01 năm 2027" in top


def test_who_signs_never_stands_alone_on_a_page(printed):
    page = next(page for page in printed[0] if "Nơi nhận:" in page)
    assert "TRƯỞNG PHÒNG" in page and "./." in page


def test_a_long_table_repeats_its_heading(printed):
    assert sum("Tổ dân phố" in page and "STT" in page for page in printed[0]) >= 3
