"""What the address of a site tells: which part of its name somebody registered, and letters that imitate."""

from typing import NamedTuple
from urllib.parse import urlsplit

# Under these, names are given to whoever asks (publicsuffix.org, 2026): one more part belongs to the owner.
VIETNAM = frozenset(
    (  # noqa: SIM905
        "ac ai biz com edu gov health id info int io name net org pro "
        "angiang bacgiang backan baclieu bacninh baria-vungtau bentre binhdinh binhduong binhphuoc binhthuan "
        "camau cantho caobang daklak daknong danang dienbien dongnai dongthap gialai hagiang "
        "haiduong haiphong hanam hanoi hatinh haugiang hoabinh hungyen khanhhoa kiengiang kontum "
        "laichau lamdong langson laocai longan namdinh nghean ninhbinh ninhthuan phutho phuyen "
        "quangbinh quangnam quangngai quangninh quangtri soctrang sonla tayninh thaibinh thainguyen "
        "thanhhoa thanhphohochiminh thuathienhue tiengiang travinh tuyenquang vinhlong vinhphuc "
        "yenbai"
    ).split()
)
ELSEWHERE = frozenset("ac co com edu go gob gov gv mil ne net nic or org".split())  # noqa: SIM905
HOSTS = frozenset(
    (  # noqa: SIM905
        "blogspot.com firebaseapp.com github.io gitlab.io glitch.me herokuapp.com netlify.app onrender.com "
        "pages.dev surge.sh vercel.app web.app weebly.com wixsite.com wordpress.com workers.dev"
    ).split()
)
USUAL = {("http", "80"), ("https", "443")}
LETTERS = frozenset(
    "abcdefghijklmnopqrstuvwxyz0123456789-àáạảãâầấậẩẫăằắặẳẵđèéẹẻẽêềếệểễìíịỉĩòóọỏõôồốộổỗơờớợởỡùúụủũưừứựửữỳýỵỷỹ"
)


class Destination(NamedTuple):
    """A site on which a link would open."""

    address: str
    before: str  # what stands before the registered name; anybody may write anything there
    own: str  # the name that somebody registered, with the port where it is an unusual one
    spelt: (
        str  # the name with its own letters, where the address writes them as xn--…; only when they are ours
    )
    strange: bool  # it has letters that Vietnamese does not have: they can look exactly like other letters
    numeric: bool  # a bare number, no name
    encrypted: bool
    official: bool  # under .gov.vn

    @property
    def host(self) -> str:
        """The whole name, as a browser connects to it."""
        return self.before + self.own


def destination(address: str) -> Destination:
    """Return what is to be known of the http(s) address before it is opened."""
    parts = urlsplit(address)
    host, _, port = parts.netloc.lower().partition(":")
    labels = host.split(".")
    numeric = labels[-1].isdigit() or labels[-1].startswith("0x")
    taken = len(labels) if numeric else _registered(labels)
    spelt = [_spelt(label) for label in labels]
    strange = any(not set(label) <= LETTERS for label in spelt)
    before = "".join(f"{label}." for label in labels[:-taken])
    return Destination(
        address,
        before,
        host.removeprefix(before) + (f":{port}" if port and (parts.scheme, port) not in USUAL else ""),
        "" if strange or spelt == labels else ".".join(spelt),
        strange,
        numeric,
        parts.scheme == "https",
        host.endswith(".gov.vn"),
    )


def _registered(labels: list[str]) -> int:
    """Return how many parts at the end of a name are the registered one."""
    top, second = labels[-1], labels[-2] if len(labels) > 1 else ""
    shared = second in VIETNAM if top == "vn" else len(top) == 2 and second in ELSEWHERE
    return min(len(labels), 3 if shared or f"{second}.{top}" in HOSTS else 2)


def _spelt(label: str) -> str:
    """Return a part of a name in its own letters; what cannot be read is a strange letter."""
    if not label.startswith("xn--"):
        return label
    try:
        letters = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        letters = ""
    return "\N{REPLACEMENT CHARACTER}" if letters.isascii() else letters
