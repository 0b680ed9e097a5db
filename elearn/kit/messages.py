"""What a form says when it cannot take what was typed: WTForms' sentences in Vietnamese.

WTForms ships no Vietnamese, so the catalogue is ours. Each sentence says what to do next.
"""

TRY_AGAIN = "Trang này mở đã lâu nên chưa gửi được. Những gì đã điền vẫn còn đây, xin gửi lại một lần nữa."
PICK_ONE = "Xin chọn một mục trong danh sách."
MISSING = "Mục này còn trống. Xin điền vào."
NO_FILE = "Chưa có tệp nào. Xin chọn tệp rồi gửi lại."
CHANGED = "Mục này không sửa được ở đây. Xin mở lại trang rồi làm lại."
NUMBER = "Xin điền một số, ví dụ 12."

ONE = {
    "This field is required.": MISSING,
    "Invalid input.": "Chưa đúng cách viết. Xin xem lại mục này.",
    "Invalid field name '%s'.": "Trang này thiếu mục “%s”. Xin báo cho phường.",
    "Field must be equal to %(other_name)s.": "Hai lần điền chưa giống nhau. Xin điền lại cho giống.",
    "Field must be between %(min)d and %(max)d characters long.": "Xin viết từ %(min)d đến %(max)d chữ cái.",
    "Number must be at least %(min)s.": "Số này nhỏ nhất là %(min)s. Xin xem lại.",
    "Number must be at most %(max)s.": "Số này lớn nhất là %(max)s. Xin xem lại.",
    "Number must be between %(min)s and %(max)s.": "Xin điền một số từ %(min)s đến %(max)s.",
    "Date must be at least %(min)s.": "Ngày này sớm nhất là %(min)s. Xin xem lại.",
    "Date must be at most %(max)s.": "Ngày này muộn nhất là %(max)s. Xin xem lại.",
    "Date must be between %(min)s and %(max)s.": "Xin chọn một ngày từ %(min)s đến %(max)s.",
    "Invalid email address.": "Địa chỉ thư chưa đúng. Địa chỉ đúng trông như thế này: ten@example.vn.",
    "Invalid IP address.": "Địa chỉ máy chưa đúng. Địa chỉ đúng trông như thế này: 192.168.1.10.",
    "Invalid Mac address.": "Địa chỉ thiết bị chưa đúng. Địa chỉ đúng trông như thế này: 00:1A:2B:3C:4D:5E.",
    "Invalid URL.": "Đường link chưa đúng. Đường link đúng bắt đầu bằng https://.",
    "Invalid UUID.": "Mã số chưa đúng. Xin chép lại cả mã.",
    "Invalid value, must be one of: %(values)s.": "Xin chọn một trong các mục: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Không dùng được: %(values)s. Xin chọn cái khác.",
    "This field cannot be edited.": CHANGED,
    "This field is disabled and cannot have a value.": CHANGED,
    "Invalid CSRF Token.": TRY_AGAIN,
    "CSRF token missing.": TRY_AGAIN,
    "CSRF failed.": TRY_AGAIN,
    "CSRF token expired.": TRY_AGAIN,
    "Invalid Choice: could not coerce.": PICK_ONE,
    "Choices cannot be None.": PICK_ONE,
    "Not a valid choice.": PICK_ONE,
    "Invalid choice(s): one or more data inputs could not be coerced.": "Xin chọn trong danh sách.",
    "Not a valid datetime value.": "Xin viết ngày và giờ như thế này: 31/12/2026 08:30.",
    "Not a valid date value.": "Xin viết ngày như thế này: 31/12/2026.",
    "Not a valid time value.": "Xin viết giờ như thế này: 08:30.",
    "Not a valid week value.": "Xin chọn một tuần trong lịch.",
    "Not a valid integer value.": NUMBER,
    "Not a valid decimal value.": NUMBER,
    "Not a valid float value.": NUMBER,
    "File does not have an approved extension.": "Không nhận loại tệp này. Xin chọn tệp khác.",
    "File does not have an approved extension: {extensions}": "Chỉ nhận tệp {extensions}. Xin chọn tệp khác.",
}

MANY = {
    "Field must be at least %(min)d character long.": "Còn ngắn quá. Xin viết ít nhất %(min)d chữ cái.",
    "Field cannot be longer than %(max)d character.": "Dài quá. Xin bớt lại, nhiều nhất %(max)d chữ cái.",
    "Field must be exactly %(max)d character long.": "Mục này có đúng %(max)d chữ. Xin xem lại.",
    "'%(value)s' is not a valid choice for this field.": "“%(value)s” không có ở đây. Xin chọn lại.",
}


class Vietnamese:
    """The catalogue in the shape that WTForms asks for; an unknown sentence comes back as it was."""

    def gettext(self, string: str) -> str:
        """Return the Vietnamese sentence."""
        return ONE.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the Vietnamese sentence; Vietnamese has one form for one and for many."""
        return MANY.get(singular, singular if n == 1 else plural)
