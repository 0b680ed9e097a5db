"""The hard words of the lessons and their plain meanings, put beside a word's first use on a page.

The words are those of the ward's word list. The meaning opens where the word stands, by a link to itself and
CSS alone: it works without script, by keyboard, and is read out after the word.
"""

import re
from collections.abc import Iterator

GLOSSARY = {
    "chữ ký số": "dấu điện tử cho biết ai đã ký văn bản và văn bản chưa bị sửa",
    "cổng dịch vụ công": "trang của Nhà nước để nộp hồ sơ từ nhà",
    "dữ liệu cá nhân": "những gì cho biết bác là ai: tên, số điện thoại, ảnh, giấy tờ",
    "dữ liệu di động": "mạng của nhà mạng trên điện thoại, dùng nhiều thì tốn tiền",
    "đăng xuất": "thoát hẳn ra, người sau không vào được phần của mình",
    "định danh": "cho biết chắc chắn mình là ai",
    "đường link": "dòng chữ ấn vào thì mở ra trang khác",
    "gian hàng": "trang của một người bán trên sàn",
    "hoàn tiền": "người bán hoặc sàn trả lại tiền cho người mua",
    "hóa đơn điện tử": "hóa đơn lập trên máy, gửi qua mạng, không cần giấy",
    "hồ sơ": "tờ khai và các giấy tờ nộp kèm cho một việc",
    "lệ phí": "tiền nộp cho Nhà nước khi làm một thủ tục",
    "livestream": "bán hàng hoặc nói chuyện, quay phim và phát ngay lúc đó",
    "mã hồ sơ": "dãy chữ và số riêng của hồ sơ, dùng để tra xem làm đến đâu",
    "mã OTP": "mã dùng một lần, gửi riêng cho bác, không đọc cho ai",
    "mã QR": "ô vuông có nhiều chấm đen, máy quét vào thì đọc được",
    "màn hình chính": "màn đầu tiên, có các hình nhỏ của ứng dụng",
    "sàn": "chợ trên mạng, có nhiều gian hàng của nhiều người bán",
    "SIM": "thẻ nhỏ trong máy, mang số điện thoại của bác",
    "thủ tục": "việc phải làm với cơ quan Nhà nước để có một giấy tờ",
    "tổng đài": "số điện thoại có người trực để hỏi và báo tin",
    "trí tuệ nhân tạo": "máy tự viết, tự vẽ, tự nói giống người",
    "ứng dụng": "chương trình cài trên điện thoại, mỗi cái làm một việc",
    "ví điện tử": "nơi giữ tiền trong điện thoại, nạp vào từ ngân hàng",
    "VNeID": "ứng dụng của Bộ Công an, thay thẻ căn cước khi làm việc trên mạng",
    "Wi-Fi": "mạng không dây ở nhà hoặc ở quán, không tốn tiền của SIM",
    "xác thực khuôn mặt": "máy nhìn mặt để biết đúng là bác",
}
IN_ORDER = sorted(GLOSSARY, key=len, reverse=True)
TERM = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, IN_ORDER)) + r")(?!\w)(?! \()", re.IGNORECASE)
BY_CASE = {term.lower(): term for term in GLOSSARY}
TAG = re.compile(r"(<[^>]*>)")
CLOSED_TO_WORDS = ("a", "code", "summary", "h2", "strong")  # what is bold is a button's name


def with_meanings(html: str) -> str:
    """Return the laid-out text of a lesson with each hard word's meaning beside its first use.

    `html` comes from the sanitiser. A word in a link or a heading waits for its next use; one that the author
    explains in brackets right behind it needs no more.
    """
    told: set[str] = set()
    return "".join(_piece(piece, inside, told) for piece, inside in _pieces(html))


def _pieces(html: str) -> Iterator[tuple[str, bool]]:
    """Yield tags and texts in turn, and whether words may be explained there."""
    closed = 0
    for piece in TAG.split(html):
        if piece.startswith("<"):
            name = piece.strip("</>").partition(" ")[0]
            if name in CLOSED_TO_WORDS:
                closed += -1 if piece.startswith("</") else 1
            yield piece, False
        else:
            yield piece, closed == 0


def _piece(piece: str, open_: bool, told: set[str]) -> str:
    if not open_:
        return piece

    def explained(found: re.Match[str]) -> str:
        term = BY_CASE[found[0].lower()]
        if term in told:
            return found[0]
        told.add(term)
        return _explained(found[0], term, len(told))

    return TERM.sub(explained, piece)


def _explained(word: str, term: str, number: int) -> str:
    """Return the word, which is safe HTML already, with its meaning behind it."""
    link = f'<a class="gloss" href="#tu-{number}">{word}</a>'
    return f'{link}<span class="meaning" id="tu-{number}"> ({GLOSSARY[term]})</span>'
