"""A Word file piece by piece: what python-docx has no words for (rules, fields, frames) stands here."""

import re
from datetime import datetime
from io import BytesIO
from typing import Any

from elearn.report.official import Annex
from elearn.report.paper import BETWEEN, FONT, LINES, SIZES

UNWRITABLE = re.compile("[^\t -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML has no place for these


class Word:
    """A file that grows from its top. Lengths are millimetres, sizes of letters points."""

    def __init__(
        self, page: tuple[int, int], margins: dict[str, int], made_at: datetime, *, title: str, author: str
    ) -> None:
        import docx  # loads for a while, and few ask for a report

        self._file = docx.Document()
        self._page, self._margins = page, margins
        self._say_who(made_at, title, author)
        self._set_letters()
        self._set_page(self._file.sections[0])
        self._number_pages(self._file.sections[0])

    def as_bytes(self) -> bytes:
        """Return the file."""
        packed = BytesIO()
        self._file.save(packed)
        return packed.getvalue()

    def new_section(self) -> None:
        """Go on with a new page, whose numbers begin anew."""
        from docx.enum.section import WD_SECTION

        section = self._file.add_section(WD_SECTION.NEW_PAGE)
        self._set_page(section)
        properties = section._sectPr
        for old in properties.findall(_tag("w:pgNumType")):
            properties.remove(old)
        _add(properties, "w:pgNumType", start="1")

    # -- paragraphs

    def paragraph(
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        italic: bool = False,
        first_line: float = 0,
        left: float = 0,
        above: float = 0,
        below: float = BETWEEN,
        keeps_next: bool = False,
    ) -> None:
        """Add a justified paragraph of the text."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        one = self._file.add_paragraph()
        look = one.paragraph_format
        look.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        look.first_line_indent, look.left_indent = Mm(first_line), Mm(left)
        look.space_before, look.space_after, look.line_spacing = Pt(above), Pt(below), LINES
        look.keep_with_next = keeps_next
        self._write(one, text, size, bold, italic)

    def centred(
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        italic: bool = False,
        above: float = 0,
        below: float = 0,
    ) -> None:
        """Add a centred line between the margins."""
        self._centre(self._file.add_paragraph(), text, size, bold, italic, above, below)

    def line(
        self,
        cell: Any,
        text: str,
        size: float,
        *,
        bold: bool = False,
        italic: bool = False,
        above: float = 0,
        centre: bool = True,
    ) -> None:
        """Add a line to a cell of a frame, single spaced."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        one = self._paragraph_in(cell)
        self._centre(one, text, size, bold, italic, above, 0)
        if not centre:
            one.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT

    def rule(self, cell: Any, length: float, room: float, *, below: float = 0) -> None:
        """Add a solid line of this length in the middle of the room: the border of an empty paragraph, which
        every program draws alike and a person can change."""
        from docx.enum.text import WD_LINE_SPACING
        from docx.shared import Mm, Pt

        one = self._paragraph_in(cell) if cell is not None else self._file.add_paragraph()
        look, side = one.paragraph_format, max(0.0, (room - length) / 2)
        look.left_indent = look.right_indent = Mm(side)
        look.space_before, look.space_after = Pt(0), Pt(below)
        look.line_spacing_rule, look.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
        borders = _add(one._p.get_or_add_pPr(), "w:pBdr", before=_AFTER_BORDERS)
        _add(borders, "w:bottom", val="single", sz="6", space="1", color="000000")

    # -- frames and tables

    def frame(self, widths: tuple[float, ...], rows: int) -> list[list[Any]]:
        """Add a table without lines, whose rows do not break; return its cells."""
        table = self._table(rows, widths)
        for row in table.rows:
            _add(row._tr.get_or_add_trPr(), "w:cantSplit")
        return [list(row.cells) for row in table.rows]

    def table(self, annex: Annex, size: float) -> None:
        """Add a table with lines, whose heading stands on every page of it."""
        head_rows = len(annex.heads)
        table = self._table(head_rows + len(annex.rows), annex.widths)
        table.style = "Table Grid"
        grid = [list(row.cells) for row in table.rows]  # reading cells anew for each of them would take long
        self._write_heads(annex, grid, size)
        for place, row in enumerate(annex.rows):
            is_sum = annex.summed and place == len(annex.rows) - 1
            for cell, kind, text in zip(grid[head_rows + place], annex.kinds, row, strict=True):
                self._write_cell(cell, text, size, is_bold=is_sum, at_the_right=kind == "n")
        for place, one in enumerate(table.rows):
            properties = one._tr.get_or_add_trPr()
            _add(properties, "w:cantSplit")
            if place < head_rows:
                _add(properties, "w:tblHeader")

    def _write_heads(self, annex: Annex, grid: list[list[Any]], size: float) -> None:
        taken: set[tuple[int, int]] = set()
        for row, heads in enumerate(annex.heads):
            column = 0
            for head in heads:
                while (row, column) in taken:
                    column += 1
                area = [
                    (row + down, column + across)
                    for down in range(head.down)
                    for across in range(head.across)
                ]
                taken.update(area)
                last = area[-1]
                cell = grid[row][column]
                if last != (row, column):
                    cell = cell.merge(grid[last[0]][last[1]])
                    cell.text = ""
                self._write_cell(cell, head.text, size, is_bold=True, is_head=True)
                column += head.across

    def _write_cell(
        self,
        cell: Any,
        text: str,
        size: float,
        *,
        is_bold: bool,
        at_the_right: bool = False,
        is_head: bool = False,
    ) -> None:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        one = cell.paragraphs[0]
        align = WD_ALIGN_PARAGRAPH
        one.alignment = align.CENTER if is_head else align.RIGHT if at_the_right else align.LEFT
        if is_head:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        self._write(one, text, size, is_bold, False)

    def _table(self, rows: int, widths: Any) -> Any:
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.shared import Mm

        table = self._file.add_table(rows, len(widths))
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        margins = _add(table._tbl.tblPr, "w:tblCellMar", before=("w:tblLook",))
        for side in ("left", "right"):
            _add(margins, f"w:{side}", w="57", type="dxa")  # 1 mm
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        return table

    # -- the whole

    def _say_who(self, made_at: datetime, title: str, author: str) -> None:
        about = self._file.core_properties
        about.title, about.author, about.last_modified_by = title[:250], author, author
        about.comments, about.language = "", "vi-VN"
        about.created = about.modified = made_at

    def _set_letters(self) -> None:
        from docx.shared import Pt, RGBColor

        normal = self._file.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(SIZES["text"])
        normal.font.color.rgb = RGBColor(0, 0, 0)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(_tag(f"w:{name}"), None)
        for name in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(_tag(f"w:{name}"), FONT)
        _add(normal.element.rPr, "w:lang", val="vi-VN", eastAsia="vi-VN")
        normal.paragraph_format.space_after = Pt(0)

    def _set_page(self, section: Any) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = map(Mm, self._page)
        for side, width in self._margins.items():
            setattr(section, f"{side}_margin", Mm(width))
        section.header_distance, section.footer_distance = Mm(10), Mm(10)
        section.different_first_page_header_footer = True  # the first page bears no number

    def _number_pages(self, section: Any) -> None:
        """Put the number of the page in the middle of the upper margin; the later sections follow."""
        section.first_page_header.is_linked_to_previous = False
        section.header.is_linked_to_previous = False
        one = section.header.paragraphs[0]
        self._centre(one, "", SIZES["page"], False, False, 0, 0)
        for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("shown", "1"), ("end", "")):
            run = self._run(one, text if kind == "shown" else "", SIZES["page"])
            if kind in ("begin", "separate", "end"):
                _add(run._r, "w:fldChar", fldCharType=kind)
            elif not kind:
                field = _add(run._r, "w:instrText")
                field.text = text
                field.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _paragraph_in(self, cell: Any) -> Any:
        """Return the first paragraph of a cell while it is unused, then a new one."""
        first = cell.paragraphs[0]
        unused = len(cell.paragraphs) == 1 and not first.runs and first._p.pPr is None
        return first if unused else cell.add_paragraph()

    def _centre(
        self, one: Any, text: str, size: float, bold: bool, italic: bool, above: float, below: float
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        look = one.paragraph_format
        look.alignment = WD_ALIGN_PARAGRAPH.CENTER
        look.space_before, look.space_after, look.line_spacing = Pt(above), Pt(below), 1.0
        self._write(one, text, size, bold, italic)

    def _write(self, one: Any, text: str, size: float, bold: bool, italic: bool) -> None:
        run = self._run(one, text, size)
        run.bold, run.italic = bold or None, italic or None

    def _run(self, one: Any, text: str, size: float) -> Any:
        from docx.shared import Pt

        run = one.add_run(UNWRITABLE.sub("", text))
        run.font.size = Pt(size)
        return run


# What may follow a paragraph's borders within its properties: Word refuses a file in another order
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _add(parent: Any, name: str, before: tuple[str, ...] = (), **attributes: str) -> Any:
    """Add an element of WordprocessingML, before the first of those that must follow it."""
    from docx.oxml import OxmlElement

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(_tag(f"w:{key}"), value)
    following = next((child for child in parent if child.tag in {_tag(one) for one in before}), None)
    if following is None:
        parent.append(made)
    else:
        following.addprevious(made)
    return made


def _tag(name: str) -> Any:
    from docx.oxml.ns import qn

    return qn(name)
