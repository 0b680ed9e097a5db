"""The measures of a page by Nghị định 30/2020/NĐ-CP, Phụ lục I: millimetres, and points for letters."""

PAGE = (210, 297)
MARGINS = {"top": 20, "bottom": 20, "left": 30, "right": 15}  # 20-25, 20-25, 30-35, 15-20
TEXT_WIDTH = PAGE[0] - MARGINS["left"] - MARGINS["right"]
HEAD = (65, 100)  # the columns above the text: issuer, State
FIRST_LINE = 12.7  # 1 or 1.27 cm
BETWEEN = 6  # points between paragraphs, at least 6
LINES = 1.15  # from single to 1.5
SIZES = {
    # sizes go together: where the State stands in 12, the motto and the day stand in 13
    "state": 12, "motto": 13, "issuer": 12, "number": 13, "place": 13,
    "title": 14, "text": 14, "signatory": 14, "recipients_head": 12, "recipients": 11,
    "annex": 14, "page": 13,
}  # fmt: skip
TABLE = 11
FONT = "Times New Roman"
