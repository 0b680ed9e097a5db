"""QR codes: what is drawn is what was asked for, and it can be named and scaled."""

import re
from xml.etree import ElementTree

import segno

from elearn.kit.qr import compact_address, qr_svg

ADDRESS = "https://hoc.example.vn/p/7f3k"


def dark_squares(svg):
    """Read the squares back from the lines that the SVG draws."""
    path = next(node for node in ElementTree.fromstring(svg).iter() if node.get("stroke"))
    squares, x, y = set(), 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path.get("d")):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            squares |= {(int(x) + step, int(y)) for step in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return squares


def test_the_picture_holds_the_squares_of_the_code():
    code = segno.make(ADDRESS, error="m", micro=False)
    expected = {(x + 4, y + 4) for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark}
    assert dark_squares(qr_svg(ADDRESS, "Mã QR")) == expected


def test_the_picture_has_a_name_scales_and_needs_no_style():
    svg = qr_svg(ADDRESS, 'Mã QR của "Tổ 5" <b>')
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("viewBox")
    assert root.get("width") is None
    assert root[0].tag == "title"
    assert root[0].text == 'Mã QR của "Tổ 5" <b>'
    assert "style" not in svg
    assert "#fff" in svg


def test_capitals_make_larger_squares():
    capitals = compact_address(ADDRESS)
    assert capitals == "HTTPS://HOC.EXAMPLE.VN/P/7F3K"
    assert len(segno.make(capitals, error="m").matrix) < len(segno.make(ADDRESS, error="m").matrix)
    assert compact_address(ADDRESS + "?to=5") == ADDRESS + "?to=5"
