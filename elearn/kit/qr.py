"""Text to a QR code as SVG, to stand in a page or on paper."""

import re
from io import BytesIO

import segno
from markupsafe import Markup

# Upper-case addresses need fewer squares, so each is larger for a poor camera.
COMPACT = re.compile(r"[A-Z0-9 $%*+\-./:]*")


def qr_svg(text: str, title: str) -> Markup:
    """Return the code as inline SVG: it scales, is black on white in every theme, and has a name."""
    picture = BytesIO()
    segno.make(text, error="m", micro=False, boost_error=True).save(
        picture,
        kind="svg",
        xmldecl=False,
        svgns=False,
        nl=False,
        omitsize=True,
        title=title,
        dark="#000",
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    return Markup(picture.getvalue().decode().replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - segno escapes


def compact_address(address: str) -> str:
    """Return the address in capitals, when that makes a smaller code and the server reads it the same.

    Only for addresses whose path does not depend on case (poster codes); others come back as they are.
    """
    capitals = address.upper()
    return capitals if COMPACT.fullmatch(capitals) else address
