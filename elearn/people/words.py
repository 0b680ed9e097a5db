"""How the kinds of people are called where one is chosen or read."""

AUDIENCES = {
    "unsaid": "Chưa hỏi",
    "resident": "Người dân",
    "official": "Cán bộ, công chức, viên chức",
    "business": "Hộ kinh doanh hoặc doanh nghiệp",
    "youth": "Đoàn viên thanh niên",
}
