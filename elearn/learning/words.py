"""How the ways of learning are called where one is chosen or read (the values are learning.models.How)."""

WAYS = {
    "alone": "Tự học",
    "assisted": "Có người hướng dẫn",
    "kiosk": "Ở máy dùng chung",
    "meeting": "Ở lớp hoặc cuộc họp",
}

# What somebody needs help with, in one tap, and how a helper has helped; the keys are stored.
HELP_ABOUT = {
    "sign_in": "Không vào được, quên mã",
    "phone": "Chưa quen dùng điện thoại",
    "lesson": "Có bài, có câu chưa hiểu",
    "beside": "Muốn có người ngồi học cùng",
}
HELPED_HOW = {
    "met": "Đã gặp và giúp tận nơi",
    "called": "Đã giúp qua điện thoại",
    "class": "Đã giúp ở lớp, ở buổi hướng dẫn",
    "other": "Đã giúp cách khác",
}
