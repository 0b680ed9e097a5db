"""What stands in a report beside the figures: the ward's own words, and the usual ones until it sets them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from elearn.report.rules import OFFICE, UBND, Place, place_of

SHARED = ("place", "bases", "subject", "part_1", "part_3", "part_4", "part_5")  # the same in both headers
RESOLUTION = (
    "Nghị quyết số 57-NQ/TW ngày 22 tháng 12 năm 2024 của Bộ Chính trị về đột phá phát triển khoa học, "
    "công nghệ, đổi mới sáng tạo và chuyển đổi số quốc gia"
)


@dataclass(frozen=True)
class Words:
    """The settings of a report. Where there may be several lines, each line of the text is one."""

    superior: str
    issuer: str
    sign: str
    place: str
    addressed: str
    bases: str
    subject: str
    part_1: str
    part_3: str
    part_4: str
    part_5: str
    recipients: str
    signatory: str
    signer: str


NAMES = tuple(field.name for field in fields(Words))


def usual_words(ward_name: str, body: str) -> Words:
    """Return what a report says until the ward sets it: from the ward's name, and nobody's name."""
    place = place_of(ward_name)
    return {UBND: _of_the_committee, OFFICE: _of_the_office}[body](place)


def words_with(usual: Words, kept: Mapping[str, str]) -> Words:
    """Return the usual words with those that the ward has set in their place."""
    return replace(usual, **{name: value for name, value in kept.items() if name in NAMES})


def _of_the_committee(place: Place) -> Words:
    return Words(
        superior="",
        issuer=f"Ủy ban nhân dân\n{place.whole}".upper(),
        sign="BC-UBND",
        addressed="",
        recipients=(
            "TT Đảng ủy, TT HĐND phường;\nCT, các PCT UBND phường;\nUBMTTQ Việt Nam phường;\n"
            "Các phòng, đơn vị liên quan;\nCác tổ dân phố trên địa bàn phường;\nLưu: VT, VHXH."
        ).replace("phường", place.kind or "phường"),
        signatory="TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
        **_shared(place),
    )


def _of_the_office(place: Place) -> Words:
    return Words(
        superior=f"UBND {place.whole}".upper(),
        issuer="PHÒNG VĂN HÓA - XÃ HỘI",
        sign="BC-VHXH",
        addressed=f"Ủy ban nhân dân {place.whole}",
        recipients="Như trên;\nLưu: VT, VHXH.",
        signatory="TRƯỞNG PHÒNG",
        **_shared(place),
    )


def _shared(place: Place) -> dict[str, str]:
    return {
        "place": place.name,
        "bases": f"Căn cứ {RESOLUTION}.",
        "subject": f"Kết quả tuyên truyền, hướng dẫn kỹ năng số cho Nhân dân trên địa bàn {place.whole}",
        "part_1": "",
        "part_3": "",
        "part_4": (
            "Tiếp tục vận động người dân học và sử dụng dịch vụ công trực tuyến, thương mại điện tử, thanh "
            "toán số; ưu tiên các tổ dân phố còn ít người tham gia.\n"
            "Tiếp tục hướng dẫn trực tiếp tại các buổi họp tổ dân phố và tại Trung tâm Phục vụ hành chính "
            "công."
        ),
        "part_5": "Không có.",
        "signer": "",
    }
