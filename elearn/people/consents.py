"""What people are asked to agree to, word for word, in every version that was ever asked.

A text that changes gets a new version; the old ones stay here as they were, since each consent kept names
the version that was agreed to. tests/people/test_consents.py holds a seal of every text.
"""

from typing import NamedTuple

TEXT_VERSION = "2026-11-5"
ON_PAPER = "paper"  # in place of a version: agreed to on a list of the ward, in that list's own words
KEEP_RESULTS, SEEN_BY_HELPER, PAPER_NAME = "keep_results", "seen_by_helper", "paper_name"
NAMED_IN_CAMPAIGN, NAMED_IN_CONTEST = "named_in_campaign", "named_in_contest"
GUARDIAN = "guardian"  # what a parent or guardian agrees to for somebody under sixteen


class Purpose(NamedTuple):
    """One thing to agree to: the sentence beside the box, and what it means, in plain words.

    `{office}` in a text stands for who runs the site.
    """

    key: str
    label: str
    text: str
    spoken: str = ""  # what a helper reads aloud and ticks for somebody who said yes
    taken_back: str = ""  # what happens when it is taken back, said before that is done


_FIRST = (
    Purpose(
        KEEP_RESULTS,
        "Tôi đồng ý cho giữ kết quả học của tôi",
        "{office} giữ tên bác ghi ở trên (nếu có), tổ dân phố, bài đã học, câu trả lời và ngày học. "
        "Giữ để bác học tiếp, và để đếm số người học của tổ. "
        "Bác xem, sửa, tải về, rút lại hoặc xóa lúc nào cũng được, ở trang Của tôi.",
        "Bác có đồng ý cho {office} giữ tên, tổ dân phố và kết quả học của bác không? "
        "Bác xem lại, sửa hoặc xóa lúc nào cũng được.",
    ),
    Purpose(
        SEEN_BY_HELPER,
        "Tôi đồng ý cho người hướng dẫn của tổ xem tên và việc học của tôi",
        "Người hướng dẫn của tổ thấy tên, số điện thoại (nếu bác ghi) và số bài bác đã học. "
        "Nhờ vậy họ biết lúc nào bác cần giúp, và cấp lại mã khi bác quên. "
        "Không đồng ý thì bác vẫn học như thường, tên bác không hiện với họ.",
        "Bác có đồng ý cho người hướng dẫn của tổ xem tên, số điện thoại và số bài bác đã học không?",
    ),
)
_SECOND = (
    Purpose(
        KEEP_RESULTS,
        "Tôi đồng ý cho giữ kết quả học của tôi",
        "{office} giữ: tên bác ghi ở trên (nếu có), tổ dân phố, những ô không bắt buộc mà bác có điền, "
        "bài đã học, câu trả lời, ngày học, và có ai ngồi giúp không. "
        "Giữ để bác học tiếp ở máy nào cũng được, và để đếm số người học của tổ. "
        "Bác xem, sửa, tải về, rút lại hoặc xóa lúc nào cũng được, ở trang Của tôi.",
        "Bác có đồng ý cho {office} giữ tên, tổ dân phố, số điện thoại (nếu bác cho) và kết quả học của bác "
        "không? Giữ để bác học tiếp và để đếm số người học của tổ. "
        "Bác xem lại, sửa, rút lại hoặc xóa lúc nào cũng được.",
        "Rút lại thì tên, số điện thoại, năm sinh, tổ, mã học, thẻ và giấy ghi nhận mất ngay. "
        "Bài đã học chỉ còn trong trình duyệt đang dùng, không có tên.",
    ),
    Purpose(
        SEEN_BY_HELPER,
        "Tôi đồng ý cho người hướng dẫn của tổ xem tên và việc học của tôi",
        "Người hướng dẫn của tổ thấy tên, số điện thoại và năm sinh (nếu bác ghi), và bài bác đã học. "
        "Nhờ vậy họ biết lúc nào bác cần giúp, và cấp lại mã khi bác quên. "
        "Không đồng ý thì bác vẫn học như thường, tên bác không hiện với họ.",
        "Bác có đồng ý cho người hướng dẫn của tổ xem tên, số điện thoại, năm sinh (nếu có) và bài bác đã "
        "học không?",
        "Rút lại thì tên bác không hiện với họ nữa, ngay lúc đó. Bác vẫn học như thường, kết quả vẫn tính "
        "cho tổ. Quên mã học thì bác hỏi {office}, vì người hướng dẫn không cấp lại cho bác được.",
    ),
    Purpose(
        PAPER_NAME,
        "Tôi đồng ý cho giữ họ tên này để in trên giấy ghi nhận",
        "{office} giữ họ tên bác ghi ở trên để in giấy. Người quét mã trên giấy thấy tên tới đâu là do bác "
        "chọn ở dưới. Bác sửa hoặc rút lại lúc nào cũng được, ở trang Của tôi.",
        taken_back="Rút lại thì họ tên và giấy mất ngay. Ai quét mã trên tờ đã in sẽ đọc là không có giấy "
        "ấy. Bài đã học vẫn còn; bác xin giấy khác lúc nào cũng được.",
    ),
    Purpose(
        GUARDIAN,
        "Cha, mẹ hoặc người giám hộ đang ở cạnh và đồng ý cho giữ kết quả này",
        "{office} giữ tên em muốn hiện, tổ dân phố và kết quả học của em; giữ tên và quan hệ của người đồng "
        "ý để biết ai đã đồng ý. Số điện thoại, năm sinh của em thì không giữ. Tên em không hiện với người "
        "ngoài. Rút lại hoặc xóa lúc nào cũng được, ở trang Của tôi.",
        "Anh chị có phải cha, mẹ hoặc người giám hộ của cháu không? Anh chị có đồng ý cho {office} giữ tên, "
        "tổ dân phố và kết quả học của cháu, và giữ tên anh chị là người đã đồng ý không? Rút lại hoặc xóa "
        "lúc nào cũng được.",
        "Rút lại thì tên, tổ, mã học, thẻ và giấy của em mất ngay, cả tên người đã đồng ý. Bài đã học chỉ "
        "còn trong trình duyệt đang dùng, không có tên.",
    ),
)
# what a helper reads aloud names all that the helper's form may keep
_THIRD = (
    _SECOND[0]._replace(
        spoken="Bác có đồng ý cho {office} giữ tên, tổ dân phố và kết quả học của bác, và nếu bác cho ghi "
        "thì cả số điện thoại, năm sinh, hộ, bác là người dân hay cán bộ, hộ kinh doanh, đoàn viên, không? "
        "Giữ để bác học tiếp và để đếm số người học của tổ. "
        "Bác xem lại, sửa, rút lại hoặc xóa lúc nào cũng được."
    ),
    *_SECOND[1:],
)
_FOURTH = (
    *_THIRD,
    Purpose(
        NAMED_IN_CAMPAIGN,
        "Tôi đồng ý cho nêu tên trong danh sách khen của các chiến dịch học tập",
        "{office} in tên bác muốn hiện, tổ dân phố và số khóa bác học xong trong chiến dịch, trên tờ danh "
        "sách khen để đọc hoặc dán ở tổ. Không đồng ý thì bác vẫn được đếm như thường, không có tên. "
        "Bác rút lại lúc nào cũng được, ở trang Của tôi.",
        taken_back="Rút lại thì tên bác không còn trong danh sách khen in từ lúc đó. Tờ giấy đã in trước thì "
        "không gọi về được. Kết quả của bác vẫn tính cho tổ.",
    ),
)
_FIFTH = (
    *_FOURTH,
    Purpose(
        NAMED_IN_CONTEST,
        "Tôi đồng ý cho nêu tên trong danh sách kết quả các cuộc thi",
        "{office} ghi tên bác muốn hiện, tổ dân phố, hạng, số câu đúng và thời gian làm trong danh sách kết "
        "quả: trên trang cuộc thi, ai cũng xem được, và trên tờ giấy in. Không đồng ý thì bài vẫn được tính "
        "và xếp hạng, không có tên. Bác rút lại lúc nào cũng được, ở trang Của tôi.",
        taken_back="Rút lại thì tên bác không còn trong danh sách kết quả từ lúc đó. Tờ giấy đã in, hình đã "
        "chụp trước đó thì không gọi về được. Bài của bác vẫn được tính.",
    ),
)
VERSIONS: dict[str, tuple[Purpose, ...]] = {
    "2026-11": _FIRST,
    "2026-11-2": _SECOND,
    "2026-11-3": _THIRD,
    "2026-11-4": _FOURTH,
    TEXT_VERSION: _FIFTH,
}

PURPOSE = {purpose.key: purpose for purpose in VERSIONS[TEXT_VERSION]}
PURPOSES = (PURPOSE[KEEP_RESULTS], PURPOSE[SEEN_BY_HELPER])  # what is asked when results are kept


def agreed_text(purpose: str, version: str) -> Purpose | None:
    """Return the words that were agreed to; None where they stood on a paper of the ward."""
    return next((one for one in VERSIONS.get(version, ()) if one.key == purpose), None)
