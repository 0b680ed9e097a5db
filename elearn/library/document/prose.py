"""The writing rules for what residents read: short sentences, plain words, one action a step."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from elearn.kit.words import fold, syllables
from elearn.library.document.lines import warning
from elearn.library.document.model import (
    HELPER_TITLE,
    PRINTED_FACT,
    STEPS_TITLE,
    Kind,
    LessonDocument,
    Question,
    Remark,
    Section,
)
from elearn.library.facts import Fact

LONGEST_SENTENCE = 20
LONGEST_MEAN = 14
MOST_SENTENCES = 3
LONGEST_READING = 350
MOST_EXPLAINING = 2
MOST_ACTIONS = 2

IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
SIGNS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")
ITEM = re.compile(r"\s*(?:([-*+•])|(\d{1,3})[.)])\s+(.*)")
QUOTED_LINE = re.compile(r"\s*>\s?(.*)")
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"')\]]*\s+")
IN_QUOTES = re.compile(r"\"[^\"]*\"")
IN_BRACKETS = re.compile(r"\([^()]*\)")

# What to say instead, by the ward's word list (the words are matched whole, with their marks).
INSTEAD = {
    "click": "chạm",
    "nhấp": "chạm",
    "nhấp chuột": "chạm",
    "tap": "chạm",
    "bưu tá": "người giao hàng",
    "giao nhận viên": "người giao hàng",
    "shipper": "người giao hàng",
    "lướt": "vuốt",
    "scroll": "vuốt",
    "hyperlink": "đường link",
    "đường dẫn liên kết": "đường link",
    "URL": "đường link",
    "token": "mã OTP (mã dùng một lần)",
    "scan": "quét",
    "phần mềm": "ứng dụng",
    "application": "ứng dụng",
    "app": "ứng dụng",
    "case": "hồ sơ",
    "ticket": "hồ sơ",
    "charge": "lệ phí",
    "sinh trắc học": "xác thực khuôn mặt",
    "beneficiary": "tài khoản nhận",
    "hacker": "kẻ lừa đảo",
    "khu phố": "tổ dân phố",
    "khối phố": "tổ dân phố",
    "mentor": "người hướng dẫn",
}
UNWANTED = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, INSTEAD), key=len, reverse=True)) + r")(?! Store)(?!\w)",
    re.IGNORECASE,
)
SPELT_OUT = {word.lower(): instead for word, instead in INSTEAD.items()}

UPPER = "".join(sign for sign in map(chr, range(ord("A"), 0x1F00)) if sign.isalpha() and sign.isupper())
CAPITALS = re.compile(r"(?<![\w.@/-])[A-ZĐ][A-ZĐ0-9]*[A-ZĐ][A-ZĐ0-9]*(?![\w@])")
SHOUTED = re.compile(rf"(?<!\w)[{UPPER}]+(?:[\s–-]+[{UPPER}]+)+(?!\w)")
KNOWN_SHORT = frozenset(
    {"OTP", "QR", "BHYT", "COD", "SIM", "KB", "MB", "GB", "TB", "AM", "PM", "II", "III", "IV", "VI", "VII"}
)
PRODUCT_NAMES = re.compile(r"CH Play|TikTok|VNeID")
CHAT_SHORT = re.compile(r"(?<!\w)(?:ko|kg có|đc|dc|sđt|đt|tk|ntn|vd|tp|dvc|cccd|cmnd|stk)(?!\w)")

VERBS = frozenset(
    """mở chạm ấn bấm nhập gõ điền chọn tìm xem đọc nghe nhìn kiểm soát đếm so hỏi gọi nhắn gửi viết ghi
    lưu giữ chụp quay quét đưa đặt đóng tắt bật cài tải xóa xoá gỡ khóa khoá đổi sửa thêm bớt cộng trừ trả
    nạp rút chuyển nhận nộp đính đăng xác báo kể nói dừng chờ đợi thoát vào ra đến đi mang cầm cất hủy huỷ
    dùng làm thử tập vuốt kéo cúp bỏ chia in mời nhờ rủ tra khai nối sắp xếp hẹn dán sạc cắm kích tự nhắc
    rời lấy để bóc
    mượn đối soi thấy tìm mua bán treo lau cùng cho giơ chỉ hướng theo liên kết thanh trở bắt hoàn đánh góp
    phản đồng từ tạo chép phóng cập chạy học dặn chặn gạt""".split()  # noqa: SIM905 - sixty words read better than sixty quotes
)
TAPS = frozenset(
    """mở chạm ấn bấm nhập gõ điền chọn quét vuốt kéo tải cài xóa xoá gỡ bật tắt chụp gửi đính nộp đăng xác
    đặt hủy huỷ""".split()  # noqa: SIM905
)
NEGATIONS = ("không", "đừng", "chưa", "chớ")
CLAUSE = re.compile(r"[.,;:!?]\s+|\s+(?:rồi|và|hoặc)\s+")
PRONOUN = re.compile(rf"(?<!\w)[Bb](?:ác|ạn)(?!\w)(?! sĩ)(?! [{UPPER}])")  # "bác Hạnh" is a name

ALL_RIGHT = re.compile(
    r"(?:tất cả|cả (?:hai|ba|bốn|[2-4]))"
    r"(?: (?:các )?(?:ý|câu|phương án|đáp án|điều|cách))?(?: (?:trên|này|kia))*"
    r"(?: (?:đều|là))+ (?:đúng|sai)"
    r"|(?:tất cả|cả (?:hai|ba|bốn|[2-4])) (?:các )?(?:ý|câu|phương án|đáp án)"
    r"|(?<!\w)(?:cả )?[ABCD] và [ABCD](?!\w)"
    r"|không (?:có )?(?:ý|câu|phương án|đáp án) nào (?:ở trên )?(?:đúng|sai)",
    re.IGNORECASE,
)
TWICE_NOT = re.compile(
    r"(?<!\w)(?:không|chưa|chẳng|đừng)(?: (?:phải|thể|nên|được|là|có|hề|bao giờ|thì))*"
    r" (?:không|chưa|chẳng)(?= \w)",
    re.IGNORECASE,
)
ASKS_WHAT_NOT = re.compile(
    r"(?:nào|gì|ai|đâu)(?: \w+){0,2}? (?:không|chưa)(?= (?:nên|được|phải|đúng|an toàn|cần|thuộc|làm))",
    re.IGNORECASE,
)
SAYS_NOT = re.compile(r"(?:không|chưa|chẳng|đừng)(?!\w)", re.IGNORECASE)

LOOKS_LIKE_A_FACT = (
    (
        "Số điện thoại",
        re.compile(
            r"(?<![\w.])1[89]00[ .]?\d{2}[ .]?\d{2}(?!\w)"
            r"|(?:(?<=gọi )|(?<=số )|(?<=đài )|(?<=nhắn )|(?<=đến )|(?<=tới ))"
            r"(?:1[15]\d|5656)(?![\w.]| (?:nghìn|triệu|đồng|lần))"
        ),
    ),
    ("Địa chỉ", re.compile(r"(?<![\w.@-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.gov\.vn(?![\w-]|\.\w)", re.IGNORECASE)),
    (
        "Số văn bản",
        re.compile(
            r"(?<!\w)\d+/\d{4}/[A-ZĐ]{2}[\w-]*|(?<!\w)\d+/[A-ZĐ]{2,}-[A-ZĐ]{2,}\w*"
            r"|(?:luật|nghị định|thông tư|quyết định|chỉ thị|nghị quyết|công văn) (?:số )?\d+(?:/\d+)?",
            re.IGNORECASE,
        ),
    ),
    (
        "Ngày tháng",
        re.compile(r"(?<![\w/])\d{1,2}/\d{1,2}/(?:19|20)\d{2}(?![\w/])|(?<=từ năm )20\d{2}(?!\w)"),
    ),
    (
        "Hạn mức",
        re.compile(
            r"(?:trên|quá|dưới|tối đa|đến) [\d.,]+ (?:nghìn|triệu|tỷ)(?: đồng)?"
            r" (?:một|mỗi|trong|trên) (?:lần|ngày|tháng|năm)"
            r"|hạn mức[^.?!]{0,30}? [\d.,]+ (?:nghìn|triệu|tỷ|đồng)"
            r"|(?:không quá|tối đa|chậm nhất|trong(?: vòng)?) \d+"
            r" (?:ngày(?: làm việc)?|giờ|tháng)(?= kể từ| làm việc|[.,;]|$)"
            r"|(?<!\w)\d+ ngày làm việc|(?<!\d)\d+ ngày kể từ",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip


class Passage(NamedTuple):
    """A piece of text that is read in one go, and where it stands."""

    line: int
    text: str
    place: str  # "paragraph" | "item" | "step" | "prompt" | "choice" | "explanation"
    section: str = ""
    question: Question | None = None


def remarks_on_prose(document: LessonDocument, facts: Mapping[str, Fact]) -> Iterator[Remark]:
    """Yield a warning for each place where a person should change the words."""
    read = [passage for section in document.sections for passage in passages(section)]
    for passage in [*read, *_played(document), *_asked(document)]:
        shown = as_shown(passage.text, facts)
        yield from _long_sentences(passage, shown)
        yield from _unwanted_words(passage, as_shown(passage.text, {}))
        yield from _bare_facts(passage, facts)
        if passage.place == "step":
            yield from _step(passage, as_shown(passage.text, {}))
        elif passage.place in ("paragraph", "item"):
            yield from _long_paragraph(passage, shown)
    yield from _whole_reading(document, read, facts)
    for question in document.questions:
        yield from _question(question)


def as_shown(text: str, facts: Mapping[str, Fact]) -> str:
    """Return the text as a person hears it: without signs, with the values of its facts."""
    plain = SIGNS.sub("", LINK.sub(r"\1", IMAGE.sub("", text)))
    return PRINTED_FACT.sub(lambda found: facts[found[1]].value if found[1] in facts else "…", plain)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a full stop inside a number or before a small letter ends none."""
    found, start = [], 0
    for end in SENTENCE_END.finditer(text):
        following = text[end.end() :].lstrip("\"'([")
        if following[:1].isupper() or following[:1].isdigit():
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [sentence for sentence in [*found, text[start:].strip()] if syllables(sentence)]


def passages(section: Section) -> Iterator[Passage]:
    """Yield the paragraphs and list items of a section, each with its line."""
    passage: Passage | None = None
    steps = fold(section.title).startswith(fold(STEPS_TITLE))
    for number, line in enumerate(section.body.split("\n"), section.body_line):
        item, quoted = ITEM.fullmatch(line), QUOTED_LINE.fullmatch(line)
        text = item[3] if item else quoted[1] if quoted else line.strip()
        if passage and (item or not text):
            yield passage
            passage = None
        if passage:
            passage = passage._replace(text=f"{passage.text} {text}")
        elif text:
            place = "paragraph" if not item else "step" if steps and item[2] else "item"
            passage = Passage(number, text, place, section.title)
    if passage:
        yield passage


def _played(document: LessonDocument) -> Iterator[Passage]:
    """Yield what is said to the learner in a practice. What the invented people write there is not ours."""
    practice = document.practice
    if practice is None:
        return
    yield Passage(practice.goal_line, practice.goal, "prompt")
    for screen in practice.screens:
        yield from passages(Section(screen.title, screen.body, screen.line, screen.body_line))
        said = [(screen.line, screen.hint), *((thing.line, thing.word) for thing in screen.things)]
        yield from (Passage(line, text, "explanation") for line, text in said if text)


def _asked(document: LessonDocument) -> Iterator[Passage]:
    for question in document.questions:
        yield Passage(question.line, question.prompt, "prompt", question=question)
        answers = [*(c.text for c in question.choices), *question.steps, *question.accepted]
        answers = answers or [f"{pair.left}: {pair.right}" for pair in question.pairs]
        for line, text in zip(question.answer_lines, answers, strict=False):
            yield Passage(line, text, "choice", question=question)
        for choice in question.choices:
            if choice.note:
                yield Passage(choice.line, choice.note, "explanation", question=question)
        if question.explanation:
            yield Passage(question.explanation_line, question.explanation, "explanation", question=question)


# -- sentences and paragraphs --------------------------------------------------------------------


def _long_sentences(passage: Passage, shown: str) -> Iterator[Remark]:
    for sentence in sentences(shown):
        long = syllables(sentence)
        if long > LONGEST_SENTENCE:
            message = f"Câu dài {long} tiếng (tối đa {LONGEST_SENTENCE}): “{_start(sentence)}…”."
            yield warning(passage.line, message, "Tách thành hai câu ngắn.")


def _long_paragraph(passage: Passage, shown: str) -> Iterator[Remark]:
    count = len(sentences(shown))
    if count > MOST_SENTENCES:
        message = f"Đoạn có {count} câu (tối đa {MOST_SENTENCES})."
        yield warning(passage.line, message, "Thêm một dòng trống để tách thành hai đoạn, hoặc bỏ bớt câu.")


def _whole_reading(
    document: LessonDocument, read: Iterable[Passage], facts: Mapping[str, Fact]
) -> Iterator[Remark]:
    ours = [as_shown(one.text, facts) for one in read if one.section != HELPER_TITLE]
    line = document.sections[0].line if document.sections else 1
    total = sum(syllables(text) for text in ours)
    if total > LONGEST_READING:
        message = f"Phần đọc dài {total} tiếng (tối đa {LONGEST_READING})."
        yield warning(line, message, "Bỏ bớt, hoặc chia thành hai bài.")
    count = sum(len(sentences(text)) for text in ours)
    if count and total / count > LONGEST_MEAN:
        mean = f"{total / count:.1f}".replace(".", ",")
        message = f"Trung bình mỗi câu dài {mean} tiếng (tối đa {LONGEST_MEAN})."
        yield warning(line, message, "Viết các câu ngắn hơn.")


# -- words ---------------------------------------------------------------------------------------


def _unwanted_words(passage: Passage, shown: str) -> Iterator[Remark]:
    outside = IN_BRACKETS.sub(" ", shown)
    for word in dict.fromkeys(UNWANTED.findall(outside)):
        instead = SPELT_OUT[word.lower()]
        yield warning(passage.line, f"Không dùng chữ “{word}”.", f"Viết “{instead}”.")
    for short in _short_forms(outside):
        message = f"Chữ viết tắt “{short}” người đọc có thể không hiểu."
        yield warning(passage.line, message, "Viết đầy đủ (chỉ được viết tắt OTP, QR, VNeID, BHYT).")


def _short_forms(text: str) -> list[str]:
    quiet = SHOUTED.sub(" ", PRODUCT_NAMES.sub(" ", text))
    capitals = [found for found in CAPITALS.findall(quiet) if found not in KNOWN_SHORT]
    return list(dict.fromkeys([*capitals, *CHAT_SHORT.findall(quiet)]))


# -- steps ---------------------------------------------------------------------------------------


def _step(passage: Passage, shown: str) -> Iterator[Remark]:
    spoken = IN_QUOTES.sub(" ", shown)
    if not _starts_with_a_verb(spoken):
        message = f"Bước này chưa bắt đầu bằng việc cần làm: “{_start(shown)}…”."
        yield warning(passage.line, message, "Bắt đầu bằng một động từ, ví dụ “Mở…”, “Chạm…”, “Kiểm tra…”.")
    actions = [clause for clause in CLAUSE.split(IN_BRACKETS.sub("", spoken)) if _first(clause) in TAPS]
    if len(actions) > MOST_ACTIONS:
        message = f"Bước này có {len(actions)} việc."
        yield warning(passage.line, message, "Tách ra, mỗi bước một việc.")
    if PRONOUN.search(spoken):
        message = "Các bước không xưng hô (“bác”, “bạn”)."
        yield warning(passage.line, message, "Bỏ chữ xưng hô, nói thẳng việc cần làm.")


def _starts_with_a_verb(text: str) -> bool:
    """Return whether a step says what to do, at once or after a condition (“Không có nhà: hẹn giờ khác”)."""
    clauses = [clause for clause in re.split(r"[:,]\s+", text.strip()) if clause.strip()]
    return any(_first(clause) in VERBS for clause in clauses[:2])


def _first(clause: str) -> str:
    words = [word.strip("\"'.,;:!?()…") for word in clause.lower().split()]
    words = [word for word in words if word]
    while words and words[0] in NEGATIONS:
        words = words[1:]
    return words[0] if words else ""


# -- questions -----------------------------------------------------------------------------------


def _question(question: Question) -> Iterator[Remark]:
    if question.choices and not 3 <= len(question.choices) <= 4:
        message = f"Câu hỏi có {len(question.choices)} phương án."
        yield warning(question.line, message, "Nên có 3 phương án, nhiều nhất là 4.")
    rights = sum(choice.right for choice in question.choices)
    if question.kind is Kind.SEVERAL and rights == 1:
        message = "Câu ghi (chọn nhiều) mà chỉ có một phương án đúng."
        yield warning(question.line, message, "Bỏ chữ (chọn nhiều), hoặc đánh dấu thêm phương án đúng.")
    for choice in question.choices:
        if found := ALL_RIGHT.search(choice.text):
            message = f"Phương án kiểu “{found[0]}” làm người học đoán mò."
            yield warning(choice.line, message, "Thay bằng một phương án cụ thể, hoặc dùng (chọn nhiều).")
    yield from _twice_not(question)
    yield from _explanation(question)


def _twice_not(question: Question) -> Iterator[Remark]:
    remedy = "Viết lại thành câu khẳng định."
    said = [(question.line, question.prompt), *((choice.line, choice.text) for choice in question.choices)]
    for line, text in said:
        if found := TWICE_NOT.search(IN_QUOTES.sub(" ", text)):
            yield warning(line, f"Phủ định hai lần: “{found[0]}”.", remedy)
    denied = [choice for choice in question.choices if SAYS_NOT.match(choice.text)]
    if denied and ASKS_WHAT_NOT.search(IN_QUOTES.sub(" ", question.prompt)):
        message = "Câu hỏi phủ định, phương án cũng phủ định."
        yield warning(denied[0].line, message, "Hỏi việc nên làm, hoặc viết phương án không có chữ “không”.")


def _explanation(question: Question) -> Iterator[Remark]:
    notes = [choice.note for choice in question.choices]
    if not question.explanation and not (notes and all(notes)):
        message = "Câu hỏi chưa có lời giải thích."
        yield warning(question.line, message, "Thêm một dòng bắt đầu bằng > dưới các phương án.")
    count = len(sentences(as_shown(question.explanation, {})))
    if count > MOST_EXPLAINING:
        message = f"Lời giải thích có {count} câu (tối đa {MOST_EXPLAINING})."
        yield warning(question.explanation_line, message, "Giữ lại hai câu cần nhất.")


# -- facts ---------------------------------------------------------------------------------------


def _bare_facts(passage: Passage, facts: Mapping[str, Fact]) -> Iterator[Remark]:
    """Yield a warning for a hotline, an address, a law, a date or a limit that rests on no dated fact.

    In a question it may be written out when the question cites the fact that says so; what stands in
    quotation marks belongs to the scene.
    """
    cited = "".join(_signs(facts[one].value) for one in _rests_on(passage) if one in facts)
    outside = IN_QUOTES.sub(" ", SIGNS.sub("", passage.text))
    for name, pattern in LOOKS_LIKE_A_FACT:
        for found in pattern.finditer(outside):
            if _signs(found[0]) not in cited:
                message = f"{name} “{found[0]}” chưa dẫn dữ kiện nào."
                yield warning(passage.line, message, _cite(found[0], passage, facts))


def _rests_on(passage: Passage) -> tuple[str, ...]:
    return passage.question.rests_on if passage.question else ()


def _signs(text: str) -> str:
    return re.sub(r"[\s.,]+", "", text.lower())


def _cite(found: str, passage: Passage, facts: Mapping[str, Fact]) -> str:
    known = next((fact.id for fact in facts.values() if _signs(found) in _signs(fact.value)), "")
    if known and passage.question:
        return f"Thêm [{known}] vào cuối lời giải thích, hoặc viết {{{known}}}."
    if known:
        return f"Viết {{{known}}} thay cho chữ số."
    return "Thêm dữ kiện vào facts.yaml, rồi viết mã của nó trong ngoặc nhọn, ví dụ {F-CONG}."


def _start(text: str) -> str:
    return " ".join(text.split()[:5]).rstrip(".,:;…")
