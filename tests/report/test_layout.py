"""The Word file, line by line of Nghị định 30/2020/NĐ-CP, Phụ lục I: one test for each rule of it."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn

from elearn.report.defaults import RESOLUTION, usual_words
from elearn.report.figures import Correction
from elearn.report.layout import word_file
from elearn.report.rules import long_date
from elearn.report.widths import width_of
from tests.report.conftest import WARD, made, opened

MM = 36000  # EMU


def frame(word, place):
    """The tables without lines: 0 above the text, 1 below it."""
    return word.tables[place]


def lines(cell):
    return [one for one in cell.paragraphs if one.text]


def look(one):
    """Size, bold, italic of a paragraph's letters: they are the same throughout it."""
    looks = {(run.font.size.pt, bool(run.bold), bool(run.italic)) for run in one.runs if run.text}
    assert len(looks) == 1, one.text
    return looks.pop()


def rules_of(paragraphs):
    """The lines drawn: paragraphs with a border below."""
    return [one for one in paragraphs if one._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}") is not None]


def length_of(rule, room):
    """How long a drawn line is, in millimetres."""
    border = rule._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    assert border.get(qn("w:val")) == "single"
    form = rule.paragraph_format
    assert abs(form.left_indent - form.right_indent) < MM / 100, "it stands in the middle"
    return room - (form.left_indent + form.right_indent) / MM


def body_of(word):
    """The paragraphs of the text: from the bases to "./."."""
    every = [one for one in word.paragraphs if one.text]
    first = next(place for place, one in enumerate(every) if one.text.startswith("Căn cứ"))
    last = next(place for place, one in enumerate(every) if one.text.endswith("./."))
    return every[first : last + 1]


def written(word):
    """Every letter of the file with its run, in paragraphs and tables."""
    for element in word.element.body.iter(qn("w:r")):
        if any(text.text for text in element.iter(qn("w:t"))):
            yield element


# -- the page


def test_the_page_is_a4_upright(word):
    for section in word.sections:
        assert (round(section.page_width / MM), round(section.page_height / MM)) == (210, 297)
        assert section.orientation == WD_ORIENT.PORTRAIT


def test_the_margins_are_those_of_the_decree(word):
    for section in word.sections:
        top, bottom, left, right = (  # Word counts in twips: 15 mm are 14.99 or 15.01
            round(getattr(section, f"{side}_margin") / MM, 1) for side in ("top", "bottom", "left", "right")
        )
        assert 20 <= top <= 25 and 20 <= bottom <= 25
        assert 30 <= left <= 35
        assert 15 <= right <= 20


def test_every_letter_is_times_new_roman_and_black(word):
    normal = word.styles["Normal"]
    fonts = normal.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia", "cs")} == {
        "Times New Roman"
    }
    assert not any("Theme" in name for name in fonts.attrib)
    assert str(normal.font.color.rgb) == "000000"
    for run in written(word):
        assert run.find(f".//{qn('w:rFonts')}") is None and run.find(f".//{qn('w:color')}") is None
    assert {one.style.name for one in word.paragraphs} == {"Normal"}


def test_the_letters_are_whole_vietnamese_letters(document):
    import unicodedata

    text = str(document)
    assert text == unicodedata.normalize("NFC", text)


def test_the_number_of_the_page_stands_in_the_middle_of_the_upper_margin(word):
    section = word.sections[0]
    (one,) = section.header.paragraphs
    assert one.alignment == ALIGN.CENTER
    codes = [text.text.strip() for text in one._p.iter(qn("w:instrText"))]
    assert codes == ["PAGE"]
    sizes = {run.font.size.pt for run in one.runs}
    assert sizes <= {13.0, 14.0} and not any(run.bold or run.italic for run in one.runs)
    assert section.header_distance / MM + 14 * 25.4 / 72 < section.top_margin / MM, "it fits into the margin"
    assert not any("PAGE" in (text.text or "") for text in section.footer._element.iter(qn("w:instrText")))


def test_the_first_page_shows_no_number(word):
    section = word.sections[0]
    assert section.different_first_page_header_footer
    assert not list(section.first_page_header._element.iter(qn("w:instrText")))


# -- above the text


def test_the_name_of_the_state_stands_right_in_bold_capitals(word):
    state = lines(frame(word, 0).cell(0, 1))[0]
    assert state.text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    size, bold, italic = look(state)
    assert 12 <= size <= 13 and bold and not italic and state.alignment == ALIGN.CENTER
    assert width_of(state.text, size) < frame(word, 0).columns[1].width / MM - 2, "on one line"


def test_the_motto_stands_below_it_with_a_line_as_long_as_itself(word):
    cell = frame(word, 0).cell(0, 1)
    motto = lines(cell)[1]
    assert motto.text == "Độc lập - Tự do - Hạnh phúc", "hyphens with spaces"
    size, bold, italic = look(motto)
    assert 13 <= size <= 14 and bold and not italic
    (rule,) = rules_of(cell.paragraphs)
    width = width_of(motto.text, size)
    assert abs(length_of(rule, frame(word, 0).columns[1].width / MM) - width) < width * 0.03
    assert all(one.paragraph_format.line_spacing == 1.0 for one in lines(cell)), "single spacing"


def test_the_sizes_of_state_motto_and_day_go_together(word):
    state, motto = (look(one)[0] for one in lines(frame(word, 0).cell(0, 1)))
    assert look(lines(frame(word, 0).cell(1, 1))[0])[0] == motto == state + 1


def test_the_body_above_is_not_bold_and_the_one_that_issues_is(word, body):
    looks = [(one.text, *look(one)) for one in lines(frame(word, 0).cell(0, 0))]
    assert all(12 <= size <= 13 and not italic and text == text.upper() for text, size, _, italic in looks)
    if body == "ubnd":
        assert [(text, bold) for text, _, bold, _ in looks] == [
            ("ỦY BAN NHÂN DÂN", True), ("PHƯỜNG GIA VIÊN", True),
        ]  # fmt: skip
    else:
        assert [(text, bold) for text, _, bold, _ in looks] == [
            ("UBND PHƯỜNG GIA VIÊN", False), ("PHÒNG VĂN HÓA - XÃ HỘI", True),
        ]  # fmt: skip


def test_the_line_below_the_issuing_body_is_a_third_to_half_as_long(word):
    cell = frame(word, 0).cell(0, 0)
    (rule,) = rules_of(cell.paragraphs)
    widest = max(width_of(one.text, look(one)[0]) for one in lines(cell) if look(one)[1])
    length = length_of(rule, frame(word, 0).columns[0].width / MM)
    assert widest / 3 <= length <= widest / 2


def test_the_number_is_left_for_the_registry(word, body):
    (number,) = lines(frame(word, 0).cell(1, 0))
    assert re.fullmatch(rf"Số: {{3,}}/{'BC-UBND' if body == 'ubnd' else 'BC-VHXH'}", number.text)
    assert look(number) == (13.0, False, False)


def test_the_place_and_the_day_are_in_italics_below_the_state(word):
    (day,) = lines(frame(word, 0).cell(1, 1))
    assert day.text == "Gia Viên, ngày 05 tháng 01 năm 2027"
    size, bold, italic = look(day)
    assert 13 <= size <= 14 and italic and not bold and day.alignment == ALIGN.CENTER


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 1, 5), "ngày 05 tháng 01 năm 2027"),
        (date(2027, 2, 28), "ngày 28 tháng 02 năm 2027"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 9, 10), "ngày 10 tháng 9 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_the_months_one_and_two_take_a_nought(day, words):
    assert long_date(day) == words


# -- title and text


def test_the_title_is_bold_in_the_middle_with_a_line_below(word, document):
    kind = next(one for one in word.paragraphs if one.text)
    assert kind.text == "BÁO CÁO"
    following = [one for one in word.paragraphs if one.text][1]
    assert following.text == document.subject
    for one in (kind, following):
        size, bold, italic = look(one)
        assert 13 <= size <= 14 and bold and not italic and one.alignment == ALIGN.CENTER
    (rule,) = rules_of(word.paragraphs)
    width = min(width_of(document.subject, 14), 165)  # of the longest line of it
    assert width / 3 <= length_of(rule, 165) <= width / 2


def test_a_report_to_a_superior_is_addressed_on_one_line(word, body):
    addressed = [one for one in word.paragraphs if one.text.startswith("Kính gửi:")]
    if body == "ubnd":
        assert not addressed
        return
    (one,) = addressed
    assert one.text == "Kính gửi: Ủy ban nhân dân phường Gia Viên."
    assert 13 <= look(one)[0] <= 14 and look(one)[1:] == (False, False)


def test_several_addressed_stand_on_dashed_lines():
    words = replace(usual_words(WARD, "ubnd"), addressed="UBND thành phố\nSở Văn hóa, Thể thao và Du lịch;")
    every = [one for one in opened(made("ubnd", words=words)).paragraphs if one.text]
    start = next(place for place, one in enumerate(every) if one.text == "Kính gửi:")
    assert [one.text for one in every[start + 1 : start + 3]] == [
        "- UBND thành phố;",
        "- Sở Văn hóa, Thể thao và Du lịch.",
    ]
    assert len({one.paragraph_format.left_indent for one in every[start + 1 : start + 3]}) == 1


def test_the_legal_bases_are_in_italics_one_a_line():
    words = replace(usual_words(WARD, "ubnd"), bases="Căn cứ Luật A.\nCăn cứ Luật B;\n\nCăn cứ Kế hoạch C")
    bases = [one for one in opened(made("ubnd", words=words)).paragraphs if one.text.startswith("Căn cứ")]
    assert [one.text for one in bases] == ["Căn cứ Luật A;", "Căn cứ Luật B;", "Căn cứ Kế hoạch C."]
    assert all(look(one) == (14.0, False, True) for one in bases)


def test_a_document_is_cited_in_full_first_and_by_its_number_after(document):
    said = " ".join([*document.bases, *(one.text for one in document.blocks)])
    places = [match.start() for match in re.finditer("57-NQ/TW", said)]
    assert said.find(RESOLUTION) >= 0
    assert places[0] == said.find(RESOLUTION) + RESOLUTION.find("57-NQ/TW")
    assert all("Bộ Chính trị" not in said[place : place + 60] for place in places[1:])


def test_the_text_is_justified_indented_and_spaced(word):
    for one in body_of(word):
        form = one.paragraph_format
        assert one.alignment == ALIGN.JUSTIFY
        assert round(form.first_line_indent / MM, 1) in (10.0, 12.7)
        assert form.space_after.pt >= 6
        assert 1.0 <= form.line_spacing <= 1.5
        assert 13 <= look(one)[0] <= 14


def test_parts_are_bold_capitals_and_their_headings_bold(word):
    parts = [one for one in body_of(word) if re.match(r"(I|II|III|IV|V)\. ", one.text)]
    assert [one.text.partition(".")[0] for one in parts] == ["I", "II", "III", "IV", "V"]
    assert all(one.text == one.text.upper() and look(one)[1] for one in parts)
    headings = [one for one in body_of(word) if re.match(r"[1-5]\. ", one.text)]
    assert [one.text[0] for one in headings] == ["1", "2", "3", "4", "5"]
    assert all(look(one)[1] for one in headings)
    bold = {one.text for one in body_of(word) if look(one)[1]}
    assert bold == {one.text for one in [*parts, *headings]}, "nothing else is"


def test_lists_follow_the_vietnamese_alphabet(word):
    texts = [one.text for one in body_of(word)]
    start = texts.index("4. Hình thức tuyên truyền") + 1
    assert [one[0] for one in texts[start : start + 7]] == ["a", "b", "c", "d", "đ", "e", "g"]
    assert all(one[1:3] == ") " for one in texts[start : start + 7])


def test_the_text_ends_with_its_sign(word):
    assert body_of(word)[-1].text.endswith("./.")
    assert sum(one.text.count("./.") for one in word.paragraphs) == 1


# -- below the text


def test_who_signs_stands_right_in_bold_capitals_with_room_to_sign(body):
    words = replace(usual_words(WARD, body), signer="Nguyễn Văn A")
    cell = frame(opened(made(body, words=words)), 1).cell(0, 1)
    *titles, name = lines(cell)
    expected = ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"] if body == "ubnd" else ["TRƯỞNG PHÒNG"]
    assert [one.text for one in titles] == expected
    for one in [*titles, name]:
        size, bold, italic = look(one)
        assert 13 <= size <= 14 and bold and not italic and one.alignment == ALIGN.CENTER
    assert name.text == "Nguyễn Văn A"
    assert sum(1 for one in cell.paragraphs if not one.text) >= 3


def test_nobody_is_named_until_the_ward_names_somebody(word):
    assert lines(frame(word, 1).cell(0, 1))[-1].text.isupper()


def test_the_recipients_stand_left_level_with_who_signs(word, body):
    head, *others = lines(frame(word, 1).cell(0, 0))
    assert head.text == "Nơi nhận:" and look(head) == (12.0, True, True)
    assert all(look(one) == (11.0, False, False) and one.text.startswith("- ") for one in others)
    assert [one.text[-1] for one in others] == [";"] * (len(others) - 1) + ["."]
    assert others[-1].text == "- Lưu: VT, VHXH."
    assert (others[0].text == "- Như trên;") == (body == "vhxh"), "where it is addressed to a superior"
    assert all(one.alignment == ALIGN.LEFT for one in [head, *others])


# -- annexes


def test_the_text_refers_to_each_annex(word, document):
    said = " ".join(one.text for one in body_of(word))
    for annex in document.annexes:
        assert f"Phụ lục {annex.number} kèm theo" in said


def test_corrections_are_an_annex_that_the_text_refers_to():
    document = made(corrections=[Correction("Toàn phường: bài học làm xong", 1200, 1239)])
    assert [one.number for one in document.annexes] == ["I", "II", "III", "IV"]
    assert document.annexes[-1].rows == (("1", "Toàn phường: bài học làm xong", "1.200", "1.239"),)
    assert any("đính chính ở Phụ lục IV" in one.text for one in document.blocks)


def test_each_annex_names_itself_and_the_report(word, body):
    every = [one for one in word.paragraphs if one.text]
    starts = [place for place, one in enumerate(every) if re.fullmatch("Phụ lục [IV]+", one.text)]
    assert [every[place].text for place in starts] == ["Phụ lục I", "Phụ lục II", "Phụ lục III"]
    whose = "UBND phường Gia Viên" if body == "ubnd" else "Phòng Văn hóa - Xã hội phường Gia Viên"
    for place in starts:
        name, title, of = every[place : place + 3]
        assert look(name) == (14.0, True, False)
        assert title.text == title.text.upper() and 13 <= look(title)[0] <= 14 and look(title)[1]
        assert re.fullmatch(
            rf"\(Kèm theo Báo cáo số {{3,}}/BC-(UBND|VHXH) ngày {{3,}}tháng {{3,}}năm {{3,}}của {whose}\)",
            of.text,
        )
        assert look(of)[2] and all(one.alignment == ALIGN.CENTER for one in (name, title, of))


def test_each_annex_counts_its_own_pages(word, document):
    assert len(word.sections) == 1 + len(document.annexes)
    for section in list(word.sections)[1:]:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert section.header.is_linked_to_previous, "the same number in the same place"


def test_a_table_repeats_its_heading_and_breaks_no_row(word, document):
    for table, annex in zip(word.tables[2:], document.annexes, strict=True):
        heads = [row for row in table.rows if row._tr.find(f".//{qn('w:tblHeader')}") is not None]
        assert len(heads) == len(annex.heads)
        assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)
        assert sum(column.width for column in table.columns) / MM <= 165.5
        shown = [tuple(cell.text for cell in row.cells) for row in table.rows][len(annex.heads) :]
        assert shown == list(annex.rows)


# -- the whole


def test_the_nine_parts_that_every_document_has_are_there(word, document):
    everything = "\n".join(text.text or "" for text in word.element.body.iter(qn("w:t")))
    for part in (
        "Độc lập - Tự do - Hạnh phúc", document.issuer[0], document.sign, document.place, "BÁO CÁO",
        document.subject, document.blocks[0].text, document.signatory[0], "Nơi nhận:",
    ):  # fmt: skip
        assert part in everything, "the seal and the digital signature are put on elsewhere"


def test_the_file_says_who_issued_it_and_is_the_same_twice(document):
    moment = datetime(2027, 1, 5, 8, 0)
    assert word_file(document, moment) == word_file(document, moment)
    about = opened(document).core_properties
    assert about.author == document.issued_by and about.title == document.subject[:250]


def test_what_was_typed_stays_text():
    words = replace(usual_words(WARD, "vhxh"), part_5='<w:b/> & "x" \x07 ]]>')
    texts = [one.text for one in opened(made(words=words)).paragraphs]
    assert any('<w:b/> & "x"' in one for one in texts)
