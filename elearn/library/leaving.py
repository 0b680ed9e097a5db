"""Links to other sites: each goes by our page that first says where it leads, and only by that page."""

from urllib.parse import quote


def way_out_of(course_slug: str, lesson_slug: str) -> str:
    """Return the address of that page for the links of a published lesson, up to where each leads."""
    return f"/roi-trang?bai={course_slug}/{lesson_slug}&toi="


class LinksOut:
    """Turns an address on another site into that of our page, and remembers each that it was given."""

    def __init__(self, way_out: str) -> None:
        self.way_out = way_out
        self.addresses: set[str] = set()

    def __call__(self, address: str) -> str:
        """Return the address of our page about it; who holds a finger on the link still reads the domain."""
        self.addresses.add(address)
        return self.way_out + quote(address, safe=":/")
