"""What the movement calls its channels, and the kinds and states of a difficulty."""

from typing import NamedTuple


class Channel(NamedTuple):
    """A way of reaching people that the ward's plan names; `counted_in` says what its number counts."""

    name: str
    counted_in: str


# In the order of the plan (II.2, IV); the keys are stored, so never rename one.
CHANNELS = {
    "group_meeting": Channel("Họp tổ dân phố", "buổi"),
    "conference": Channel("Hội nghị, giao ban, sinh hoạt đoàn thể", "buổi"),
    "class": Channel("Lớp, buổi hướng dẫn", "buổi"),
    "door": Channel("Đến từng nhà", "lượt đến"),
    "loudspeaker": Channel("Loa truyền thanh", "lượt phát"),
    "poster": Channel("Áp phích, pano, băng rôn, khẩu hiệu", "tấm"),
    "portal": Channel("Cổng thông tin điện tử của phường", "tin, bài"),
    "social": Channel("Facebook, Zalo", "tin, bài"),
    "video": Channel("Video, infographic", "sản phẩm"),
    "press": Channel("Báo chí, tin đúng – tin sai", "tin, bài"),
    "counter": Channel("Quầy Trung tâm Phục vụ hành chính công", "lượt người"),
    "movement": Channel("Ra quân “Bình dân học vụ số”", "đợt"),
    "other": Channel("Hình thức khác", "lần"),
}

KINDS = {
    "people": "Bà con chưa biết, chưa muốn, chưa có thời gian",
    "equipment": "Thiếu điện thoại, mạng, máy",
    "helpers": "Thiếu người hướng dẫn",
    "lessons": "Bài học, trang học",
    "services": "Cổng dịch vụ công, ứng dụng ngân hàng, ứng dụng khác",
    "funds": "Kinh phí, nơi học, in ấn",
    "other": "Việc khác",
}

STATES = {"new": "Mới", "in_hand": "Đang xử lý", "done": "Đã xong"}
WHICH = {"moi": "new", "dang-xu-ly": "in_hand", "da-xong": "done"}  # as an address says it
