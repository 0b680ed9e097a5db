"""The course that every system is given: 20 lessons of about 6 kB Vietnamese text, 20 quizzes.

Five parts of four lessons and four quizzes of ten questions. Plain values, always the same; each system's own
seed writes them down in its own form.
"""

from typing import Any, NamedTuple

PARTS, LESSONS_A_PART, QUESTIONS = 5, 4, 10
TITLE = "Thanh toán số cho mọi nhà"
TEXT_BYTES = 6_000
PARAGRAPHS = (
    "Bác Hạnh mua rau hết 45 nghìn. Cô bán rau chìa mã QR cho bác quét.",
    "Bác mở ứng dụng ngân hàng, chạm quét mã, rồi đọc to tên người nhận.",
    "Tên khớp thì bác nhập số tiền, đếm kỹ các số không, rồi mới xác nhận.",
    "Màn hình báo thành công, cô bán rau cũng nghe loa báo tiền về.",
    "Có lần tên hiện ra là tên lạ. Bác dừng tay, hỏi lại cô ngay tại quầy.",
    "Mã lạ có thể bị kẻ gian dán đè lên mã thật, trả rồi khó lấy lại.",
    "Mã OTP là mã dùng một lần. Bác không đọc mã này cho ai qua điện thoại.",
    "Người tự xưng là công an gọi đến đòi chuyển tiền thì bác cúp máy.",
)
CHOICES = (
    "Dừng lại, hỏi người bán cho rõ",  # the right one; each system shuffles as it does
    "Trả luôn cho nhanh",
    "Đọc mã OTP cho người lạ",
    "Nhờ người đứng sau bấm hộ",
)
RIGHT = CHOICES[0]


class LessonText(NamedTuple):
    """A lesson: its name, its paragraphs, and the ten questions that close it."""

    number: int
    part: int
    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[str, ...]

    @property
    def quiz_title(self) -> str:
        """Return the name of the quiz, where a quiz has one of its own."""
        return f"Kiểm tra {self.number}"


def lessons() -> list[LessonText]:
    """Return the twenty lessons, in order."""
    return [_lesson(number) for number in range(1, PARTS * LESSONS_A_PART + 1)]


def part_title(part: int) -> str:
    """Return the name of a part, counted from 1."""
    return f"Phần {part}"


def plain() -> dict[str, Any]:
    """Return the course as plain values, for the seeds that run in a peer's own environment."""
    return {
        "title": TITLE,
        "parts": [part_title(part) for part in range(1, PARTS + 1)],
        "choices": list(CHOICES),
        "lessons": [one._asdict() | {"quiz_title": one.quiz_title} for one in lessons()],
    }


def _lesson(number: int) -> LessonText:
    paragraphs: list[str] = []
    while sum(len(one.encode()) for one in paragraphs) < TEXT_BYTES:
        paragraphs.append(f"{PARAGRAPHS[(len(paragraphs) + number) % len(PARAGRAPHS)]}")
    questions = tuple(f"Câu {asked} của bài {number}: bác làm gì?" for asked in range(1, QUESTIONS + 1))
    part = (number - 1) // LESSONS_A_PART + 1
    return LessonText(number, part, f"Bài học {number}", tuple(paragraphs), questions)
