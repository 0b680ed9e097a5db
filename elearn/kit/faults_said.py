"""What a fault of the machine or of the database means, in words for whoever looks after it."""

import errno

WHY = {
    errno.EACCES: "không có quyền. Xin chạy bằng tài khoản đã cài nền tảng, hoặc chọn thư mục khác.",
    errno.EPERM: "không có quyền. Xin chạy bằng tài khoản đã cài nền tảng, hoặc chọn thư mục khác.",
    errno.ENOSPC: "ổ đĩa đã đầy. Xin xóa bớt tệp cũ rồi chạy lại.",
    errno.EROFS: "ổ đĩa chỉ cho đọc. Xin chọn thư mục khác.",
    errno.EIO: "ổ đĩa đọc hoặc ghi bị lỗi. Xin thay ổ đĩa, và xem lại bản sao lưu.",
    errno.ENOENT: "không có thư mục hoặc tệp này. Xin xem lại đường dẫn.",
    errno.ENOTDIR: "đường dẫn này không phải thư mục. Xin xem lại.",
    errno.EISDIR: "đây là thư mục, cần một tệp. Xin xem lại đường dẫn.",
    errno.EEXIST: "đã có tệp này. Xin chọn tên khác.",
}


def in_words(fault: BaseException) -> str | None:
    """Return what a fault of the machine or the database means, in words; None for a fault of ours."""
    if isinstance(fault, OSError):
        why = WHY.get(fault.errno or 0, fault.strerror or str(fault))
        return f"Không làm được với {fault.filename or 'tệp này'}: {why}"
    cause = getattr(fault, "orig", fault)  # SQLAlchemy wraps what the driver said
    if type(cause).__module__.partition(".")[0] in ("sqlite3", "psycopg"):
        return f"Cơ sở dữ liệu báo lỗi: {str(cause).strip().splitlines()[0]}\nXem: python3 -m elearn doctor"
    return None
