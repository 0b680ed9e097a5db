"""What is wrong with a practice: ways that lead nowhere, and what could be taken for the real thing."""

import re
from collections.abc import Iterator, Mapping

from elearn.library.document.lines import error, warning
from elearn.library.document.model import PRINTED_FACT, Remark
from elearn.library.document.practice import END, Practice, Screen, Tap, reached
from elearn.library.facts import Fact

MANY_SCREENS = 16

# Names that belong to somebody: a practice must never be taken for theirs, nor speak well or ill of them.
BRANDS = re.compile(
    r"(?<!\w)(?:Vietcombank|BIDV|Agribank|VietinBank|Techcombank|MB ?Bank|ACB|Sacombank|VPBank|TPBank|HDBank"
    r"|SHB|VIB|MSB|Eximbank|SeABank|OCB|MoMo|ZaloPay|VNPay|VNPAY|ViettelPay|Viettel Money|ShopeePay|Shopee"
    r"|Lazada|Tiki|TikTok Shop|Sendo|Grab|Viettel|VinaPhone|MobiFone|EVN)(?!\w)",
    re.IGNORECASE,
)
LINK = re.compile(r"https?:|(?<!!)\[[^\[\]]*\]\(", re.IGNORECASE)
ADDRESS = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:vn|com|net|org|info|gov|edu|xyz|top|shop|online)(?![\w-])",
    re.IGNORECASE,
)
INVENTED_PHONE = re.compile(r"0900[ .]?000[ .]?\d{2,3}")
PHONE = re.compile(
    r"(?<![\w.,])(?:0\d{2,3}(?:[ .-]?\d{3}){2}\d?|1[89]00[ .]?\d{2,4}(?:[ .]?\d{2})?)(?![\w.,]*\d)"
)
LONG_NUMBER = re.compile(r"(?<!\w)\d(?:[ -]?\d){8,}(?!\w)")
AMOUNT = re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+)(?![\w.,]*\d)")
OWED = re.compile(
    r"(?:lệ phí|học phí|thuế|phạt)[^.!?]{0,20}?(\d[\d.]*) ?(?:đ|đồng|nghìn|triệu)(?!\w)", re.IGNORECASE
)
SMALLEST_NOTE = 500  # đồng: what nobody pays in money would look like a real account's balance


def remarks_on_practice(practice: Practice, facts: Mapping[str, Fact]) -> Iterator[Remark]:
    """Yield every remark on a practice."""
    if not practice.title:
        remedy = "Viết tên sau dấu hai chấm, ví dụ “## Thực hành: Mua rau bằng mã QR”."
        yield error(practice.line, "Bài thực hành chưa có tên.", remedy)
    if not practice.goal:
        remedy = "Viết “Mục tiêu: …” ngay dưới tên bài thực hành."
        yield error(practice.line, "Bài thực hành chưa có mục tiêu.", remedy)
    if not practice.screens:
        remedy = "Thêm ít nhất một màn, bắt đầu bằng ###, dưới đó là “- [x] …” và “- [ ] …”."
        yield error(practice.line, "Bài thực hành chưa có màn nào.", remedy)
        return
    yield from _keys(practice)
    yield from _ways(practice)
    for line, text in ((practice.line, practice.title), (practice.goal_line, practice.goal)):
        yield from _named(line, text)
        yield from _numbers(line, text)
    yield from _named(practice.goal_line, practice.character)
    yield from _numbers(practice.goal_line, practice.character)
    for screen in practice.screens:
        yield from _things(practice, screen)
        yield from _as_if_real(screen, facts)
    if len(practice.screens) > MANY_SCREENS:
        message = f"Bài thực hành có {len(practice.screens)} màn (nên có tối đa {MANY_SCREENS})."
        yield warning(practice.line, message, "Bỏ bớt màn, hoặc chia thành hai bài.")


# -- where the ways lead -------------------------------------------------------------------------


def _keys(practice: Practice) -> Iterator[Remark]:
    first: dict[str, int] = {}
    for screen in practice.screens:
        if screen.key == END:
            remedy = "Đổi mã của màn; “xong” là chỗ bài thực hành kết thúc."
            yield error(screen.line, "Mã “xong” không đặt cho màn được.", remedy)
        if screen.key in first:
            message = f"Mã màn “{screen.key}” trùng với màn ở dòng {first[screen.key]}."
            yield error(screen.line, message, "Đổi mã trong {#…} ở một trong hai màn.")
        first.setdefault(screen.key, screen.line)


def _ways(practice: Practice) -> Iterator[Remark]:
    ways, known = practice.ways(), {screen.key for screen in practice.screens}
    for screen in practice.screens:
        for tap in screen.taps:
            if tap.target and tap.target not in known and tap.target != END:
                message = f"Không có màn nào mang mã “{tap.target}”."
                yield error(tap.line, message, "Sửa mã sau dấu =>, hoặc thêm màn đó.")
    from_start = reached(ways, practice.screens[0].key)
    dead = [screen for screen in practice.screens if not any(tap.right for tap in screen.taps)]
    for screen in practice.screens:
        if screen in dead:
            message = f"Màn “{screen.title}” là ngõ cụt: chưa có chỗ chạm đúng."
            yield error(screen.line, message, "Thêm “- [x] …” để đi tiếp.")
        elif not dead and END not in reached(
            ways, screen.key
        ):  # a dead end is the fault, not what leads there
            message = f"Từ màn “{screen.title}” không đi đến hết bài được."
            yield error(
                screen.line, message, "Cho một chỗ chạm đúng dẫn tới màn sau (=> mã màn) hoặc => xong."
            )
        if screen.key not in from_start:
            message = f"Không có đường nào tới màn “{screen.title}”."
            yield error(screen.line, message, f"Cho một chỗ chạm dẫn tới nó (=> {screen.key}), hoặc xóa màn.")
    if not any(not tap.right for screen in practice.screens for tap in screen.taps):
        message = "Bài thực hành chưa có chỗ nào chạm sai được."
        yield error(practice.line, message, "Thêm “- [ ] …” cho những chỗ người học hay chạm nhầm.")


# -- what stands on a screen ---------------------------------------------------------------------


def _things(practice: Practice, screen: Screen) -> Iterator[Remark]:
    seen: set[str] = set()
    for thing in screen.things:
        label = thing.label.casefold()
        if not label:
            yield error(thing.line, "Chỗ chạm này chưa có chữ.", "Viết chữ sẽ hiện trên nút hoặc trên dòng.")
        elif label in seen:
            message = f"Màn này có hai chỗ chạm cùng tên “{thing.label}”."
            yield error(thing.line, message, "Đổi tên hoặc xóa một trong hai.")
        seen.add(label)
        if isinstance(thing, Tap):
            yield from _wrong_tap(practice, screen, thing)
        elif not thing.word:
            remedy = "Thêm dòng “  > …” ngay dưới: lời nhắc khi người học bỏ qua ô này."
            yield error(thing.line, f"Ô “{thing.label}” chưa có lời nhắc.", remedy)


def _wrong_tap(practice: Practice, screen: Screen, tap: Tap) -> Iterator[Remark]:
    if tap.right:
        return
    to = practice.leads_to(screen, tap)
    if to is None and not tap.word:
        message = f"Chỗ chạm sai “{tap.label}” chưa có lời giải thích."
        yield error(tap.line, message, "Thêm dòng “  > …” ngay dưới: một lời nhẹ nhàng, nói vì sao.")
    elif to == END:
        message = f"Chỗ chạm sai “{tap.label}” lại kết thúc bài."
        yield error(tap.line, message, "Đánh dấu [x] nếu chạm đây là đúng, hoặc cho nó dẫn tới màn khác.")
    elif to == screen.key:
        message = f"Chỗ chạm “{tap.label}” dẫn về chính màn này."
        yield error(tap.line, message, "Bỏ dấu => và viết lời giải thích bằng dòng “  > …”.")


# -- nothing that could be taken for the real thing ----------------------------------------------


def _as_if_real(screen: Screen, facts: Mapping[str, Fact]) -> Iterator[Remark]:
    strange = {thing.line for thing in screen.things if isinstance(thing, Tap) and not thing.right}
    strange |= {message.line for message in screen.messages}
    true = {fact.value.lower() for fact in facts.values()}
    for line, typed in screen.lines():
        text = PRINTED_FACT.sub(" ", typed)
        yield from _named(line, text)
        for found in ADDRESS.findall(text) if line not in strange else ():
            if found.lower() not in true:
                message = f"Địa chỉ “{found}” trông như thật mà không phải dữ kiện."
                yield error(
                    line, message, "Viết mã dữ kiện, ví dụ {F-CONG}; địa chỉ giả chỉ để ở chỗ chạm sai."
                )
        yield from _numbers(line, text)


def _named(line: int, text: str) -> Iterator[Remark]:
    if found := BRANDS.search(text):
        message = f"“{found[0]}” là tên thật của một đơn vị."
        yield error(line, message, "Đặt một tên bịa, ví dụ “Ngân hàng Sen Hồng”, “Chợ Nhà Mình”.")
    if LINK.search(text):
        message = "Trong bài thực hành không có đường link nào mở ra ngoài."
        yield error(line, message, "Bỏ đường link; viết bằng lời, ví dụ “ấn vào đây”.")


def _numbers(line: int, text: str) -> Iterator[Remark]:
    rest = INVENTED_PHONE.sub(" ", text)
    if found := PHONE.search(rest):
        message = f"Số điện thoại “{found[0]}” có thể là của người thật."
        yield error(line, message, "Dùng số bịa 0900 000 và hai hoặc ba chữ số, ví dụ 0900 000 123.")
    elif found := LONG_NUMBER.search(rest):
        message = f"Dãy số “{found[0]}” trông như số tài khoản hay số giấy tờ thật."
        yield error(line, message, "Thay bằng vài chữ số và dấu sao, ví dụ “*** 123”.")
    for amount in AMOUNT.findall(rest):
        if int(amount[-3:]) % SMALLEST_NOTE:  # the thousands before it are whole notes
            message = f"Số tiền “{amount}” lẻ như sổ thật."
            yield error(line, message, "Dùng số tròn, ví dụ 35.000 đ.")
    if found := OWED.search(rest):
        message = f"Mức “{found[0]}” có thể bị hiểu là mức thật."
        yield error(line, message, "Viết “xem trên màn hình”, hoặc dẫn dữ kiện bằng mã, ví dụ {F-LEPHI}.")
