"""How the kinds of people are called where one is chosen or read."""

AUDIENCES = {
    "unsaid": "Chưa hỏi",
    "resident": "Người dân",
    "official": "Cán bộ, công chức, viên chức",
    "business": "Hộ kinh doanh hoặc doanh nghiệp",
    "youth": "Đoàn viên thanh niên",
}
CHANNELS = {
    "self": "tự chọn trên trang",
    "guardian": "cha, mẹ hoặc người giám hộ đồng ý",
    "spoken": "nói miệng với người hướng dẫn",
    "list": "ghi trên danh sách của phường",
}

# Who may be called in a residential group; the keys are stored.
CONTACTS = {"leader": "Tổ trưởng", "helper": "Người hướng dẫn", "other": "Người liên hệ"}
