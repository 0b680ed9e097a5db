"""Lessons made up by chance, and lessons spoilt by chance, for what must hold of every text."""

from pathlib import Path

from hypothesis import strategies as st

import config
from elearn.library.document.model import Choice, Kind, LessonDocument, Pair, Question, Section

SHELF = config.ROOT / "courses"
LESSONS = sorted(path for path in SHELF.glob("*/*.md") if path.name[0].isdigit())

WORDS = (
    "bác mở chạm **Quét QR** tên người nhận đúng 35.000 đồng (mã QR) 50% a/b, không? Đằng Giang: "
    "{F-CONG} [đường link](https://dichvucong.gov.vn/a?b=1) _nhẹ_ `mã` tổ-5 1/2 Ưu. ĐỘ x=y #1 C++ "
    "\"Có đúng không?\" 'đơn' – … & < > 5 > 3 (1) a) [ ] [x] {} \\* ~ ^ $5 @ | 100 tr. ấ ệ ự"
)
WORD = st.sampled_from(WORDS.split())
PLAIN_LINE = st.lists(WORD, min_size=1, max_size=9).map(" ".join)
ANY_LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60)
# what a line may begin with and mean something by it
MARK = st.sampled_from(
    ["", "- ", "1. ", "> ", "* ", "• ", "  ", "12) ", "    - ", "> > ", "![ảnh](images/a.svg) "]
)
BODY = st.lists(st.one_of(st.just(""), st.tuples(MARK, PLAIN_LINE).map("".join)), max_size=6).map(
    lambda lines: "\n".join(lines).strip("\n")
)
TITLE = st.one_of(
    st.sampled_from(["Mở bài", "Các bước", "Nhớ nhé", "Hay nhầm", "Thẻ người hướng dẫn"]), PLAIN_LINE
)
KEY = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
FACT = st.from_regex(r"F-[A-Z0-9]{1,5}(-[A-Z0-9]{1,4})?", fullmatch=True)
DAY = st.dates().map(lambda day: day.isoformat())


def _question(kind: Kind) -> st.SearchStrategy[Question]:
    choices = st.lists(
        st.builds(Choice, PLAIN_LINE, st.booleans(), st.one_of(st.just(""), PLAIN_LINE)),
        min_size=1,
        max_size=4,
    )
    answers = {
        Kind.ONE: {"choices": choices.map(tuple)},
        Kind.SEVERAL: {"choices": choices.map(tuple)},
        Kind.ORDER: {"steps": st.lists(PLAIN_LINE, min_size=1, max_size=4).map(tuple)},
        Kind.MATCH: {
            "pairs": st.lists(st.builds(Pair, PLAIN_LINE, PLAIN_LINE), min_size=1, max_size=4).map(tuple)
        },
        Kind.TYPE: {"accepted": st.lists(PLAIN_LINE, min_size=1, max_size=3).map(tuple)},
    }[kind]
    return st.builds(
        Question, KEY, st.just(kind), PLAIN_LINE,
        explanation=st.one_of(st.just(""), PLAIN_LINE),
        facts=st.lists(FACT, unique=True, max_size=2).map(tuple),
        **answers,
    )  # fmt: skip


QUESTIONS = st.lists(st.one_of([_question(kind) for kind in Kind]), max_size=4)
DOCUMENTS = st.builds(
    LessonDocument,
    code=PLAIN_LINE, title=PLAIN_LINE, minutes=st.integers(1, 999), short=PLAIN_LINE, objective=PLAIN_LINE,
    sections=st.lists(st.builds(Section, TITLE, BODY), max_size=4).map(tuple),
    questions=QUESTIONS.map(tuple),
    reviewed_by=st.one_of(st.just(""), PLAIN_LINE), reviewed_on=st.one_of(st.just(""), DAY),
    next_review=st.one_of(st.just(""), DAY),
)  # fmt: skip

# what makes a parser stumble
SNAG = st.sampled_from(
    [
        *(
            "---",
            "## Câu hỏi",
            "### ",
            "## ",
            "#",
            "- [x] ",
            "- [ ]",
            "- [y] a",
            "= ",
            "=> a",
            "- a => b",
            "1. a",
        ),
        *(
            "> [F-A]",
            "{#",
            "{#a}",
            "{F-A}",
            "{ f-a }",
            "(chọn nhiều)",
            "**(chọn nhiều)**",
            "title: x",
            "title:",
        ),
        *("a: [", "  - b", "&a *a", "!!python/object:os.system", "\ufeff", "\u200b", "\u2028", "\x00", "\t"),
        *("“trích”", "<script>", "\\", "![", "](", " # ", "- ", "> "),
    ]
)


@st.composite
def spoilt(draw: st.DrawFn, texts: list[Path] = LESSONS) -> str:
    """Return a shipped lesson with some of its lines gone, doubled, moved, or with a snag in them."""
    lines = draw(st.sampled_from(texts)).read_text().split("\n")
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(0, len(lines) - 1)))
        match draw(st.sampled_from(["drop", "double", "move", "snag", "cut", "any"])):
            case "drop":
                del lines[place : place + draw(st.integers(1, 3))]
            case "double":
                lines.insert(place, lines[place] if lines else "")
            case "move" if lines:
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(place))
            case "snag" if lines:
                at = draw(st.integers(0, len(lines[place])))
                lines[place] = lines[place][:at] + draw(SNAG) + lines[place][at:]
            case "cut" if lines:
                lines[place] = lines[place][: draw(st.integers(0, len(lines[place])))]
            case "any":
                lines.insert(place, draw(ANY_LINE))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)
