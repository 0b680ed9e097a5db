"""How the ways of learning are called where one is chosen or read (the values are learning.models.How)."""

WAYS = {
    "alone": "Tự học",
    "assisted": "Có người hướng dẫn",
    "kiosk": "Ở máy dùng chung",
    "meeting": "Ở lớp hoặc cuộc họp",
}
