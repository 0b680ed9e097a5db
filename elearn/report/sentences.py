"""The report in words: from its figures and the ward's own texts to the document, as an officer writes it."""

from collections.abc import Iterable, Sequence
from datetime import date

from elearn.kit.formats import as_number, as_percent
from elearn.progress.rules import Period
from elearn.report.annexes import annexes_of
from elearn.report.defaults import Words
from elearn.report.figures import Activity, Correction, Counts, Difficulty, Figures, Part
from elearn.report.official import HEADING, SECTION, TEXT, Block, Document
from elearn.report.rules import (
    OFFICE,
    compared,
    counted,
    days_words,
    lettered,
    lines_of,
    listed,
    lower_first,
    period_words,
    place_of,
    short_date,
)

FEWEST_TO_RANK = 5  # groups with fewer learners are not compared
FIRST = 3
SECTIONS = (
    "I. CÔNG TÁC CHỈ ĐẠO, TRIỂN KHAI",
    "II. KẾT QUẢ THỰC HIỆN",
    "III. KHÓ KHĂN, VƯỚNG MẮC",
    "IV. NHIỆM VỤ THỜI GIAN TỚI",
    "V. ĐỀ XUẤT, KIẾN NGHỊ",
)
STATES = {"new": "mới nhận", "in_hand": "đang giải quyết", "done": "đã giải quyết"}
MOST_DIFFICULTIES = 20  # told one by one; the others are in the ward's list of them
NOT_BY_FILTER = "không tách riêng được theo phần số liệu nói trên, nên không nêu ở báo cáo này"


def document_of(
    figures: Figures, words: Words, body: str, day: date, corrections: Sequence[Correction] = ()
) -> Document:
    """Return the whole report. `day` stands beside the place; `corrections` to the former one, if any."""
    place = place_of(figures.ward)
    issued_by = f"Phòng Văn hóa - Xã hội {place.whole}" if body == OFFICE else f"UBND {place.whole}"
    full_name = issued_by.replace("UBND", "Ủy ban nhân dân", 1)
    subject = f"{words.subject.strip().rstrip('.')} {period_words(period_of(figures))}"
    addressed = tuple(one.rstrip(";.") for one in lines_of(words.addressed))
    annexes = annexes_of(figures, corrections)
    blocks = [
        Block(TEXT, f"{full_name} báo cáo {lower_first(subject)} như sau:"),
        Block(SECTION, SECTIONS[0]), *_leading(figures, words),
        Block(SECTION, SECTIONS[1]), *_results(figures, has_corrections=bool(corrections)),
        Block(SECTION, SECTIONS[2]), *_difficulties(figures, words),
        Block(SECTION, SECTIONS[3]), *_typed(words.part_4),
        Block(SECTION, SECTIONS[4]), *_typed(words.part_5),
        Block(TEXT, _closing(subject, full_name, addressed)),
    ]  # fmt: skip
    return Document(
        superior=tuple(lines_of(words.superior)),
        issuer=tuple(lines_of(words.issuer)),
        sign=words.sign.strip(),
        place=words.place.strip(),
        day=day.isoformat(),
        kind="BÁO CÁO",
        subject=subject,
        addressed=addressed,
        bases=_ended(lines_of(words.bases)),
        blocks=tuple(blocks),
        recipients=_recipients(lines_of(words.recipients), is_addressed=bool(addressed)),
        signatory=tuple(lines_of(words.signatory)),
        signer=" ".join(words.signer.split()),
        annexes=annexes,
        issued_by=issued_by,
    )


def period_of(figures: Figures) -> Period:
    """Return the period that the figures are of."""
    since = date.fromisoformat(figures.since) if figures.since else None
    return Period("khoang", since, date.fromisoformat(figures.until))


# -- I -------------------------------------------------------------------------------------------


def _leading(figures: Figures, words: Words) -> list[Block]:
    today = sum(1 for group in figures.groups if group.kind == "regular" and not group.note)
    return [
        *_typed(words.part_1),
        Block(
            TEXT,
            f"Nền tảng học trực tuyến của {place_of(figures.ward).kind or 'địa phương'} hiện có "
            f"{as_number(figures.offered)} khóa học ngắn, mở cho người dân của "
            f"{as_number(today)} tổ dân phố."
            if figures.offered and today
            else "Nền tảng học trực tuyến đang được chuẩn bị.",
        ),
    ]


# -- II ------------------------------------------------------------------------------------------


def _results(figures: Figures, *, has_corrections: bool) -> list[Block]:
    parts = (
        ("1. Kết quả học tập theo khóa học", _of_courses(figures)),
        ("2. Kết quả theo tổ dân phố", _of_groups(figures)),
        ("3. Kết quả theo đối tượng", _of_audiences(figures)),
        ("4. Hình thức tuyên truyền", _of_channels(figures)),
        ("5. Hỗ trợ trực tiếp tại cơ sở, tại Trung tâm Phục vụ hành chính công", _of_ways(figures)),
    )
    blocks = [Block(TEXT, one) for one in _where_from(figures, has_corrections=has_corrections)]
    for heading, sentences in parts:
        blocks += [Block(HEADING, heading), *(Block(TEXT, one) for one in sentences)]
    return blocks


def _where_from(figures: Figures, *, has_corrections: bool) -> Iterable[str]:
    until = date.fromisoformat(figures.until)
    source = f"Số liệu lấy từ nền tảng học trực tuyến, tính đến ngày {short_date(until)}"
    if figures.previous_since and figures.previous_until:
        before = map(date.fromisoformat, (figures.previous_since, figures.previous_until))
        source += f"; kỳ trước để so sánh là {days_words(*before)}"
    yield f"{source}."
    if figures.only:
        yield f"Báo cáo này chỉ tính {', '.join(figures.only)}."
    if has_corrections:
        yield "Báo cáo này thay cho bản đã lập trước của cùng kỳ; các số liệu được đính chính ở Phụ lục IV."


def _of_courses(figures: Figures) -> Iterable[str]:
    total, before = figures.total.now, figures.total.before
    had_nothing = before == Counts()
    changes = [
        compared(getattr(total, name), getattr(before, name) if before and not had_nothing else None, unit)
        for name, unit in (
            ("registered", "người ghi tên mới"),
            ("started", "lượt bắt đầu khóa học"),
            ("lessons", "bài học làm xong"),
            ("courses", "lượt học xong cả khóa"),
        )
    ]
    former = " Kỳ trước chưa có kết quả nào." if had_nothing else ""
    yield f"Trong kỳ, toàn {_ward_kind(figures)}: {'; '.join(changes)}.{former}"
    ever = figures.ever
    yield (
        f"Lũy kế đến hết kỳ: {counted(ever.registered, 'người ghi tên')}; "
        f"{counted(ever.lessons, 'bài học làm xong')}; {counted(ever.courses, 'lượt học xong cả khóa')}."
    )
    yield f"Đến ngày lập báo cáo, {_standing(figures.total)}."
    best = _best(figures.courses, "courses")
    if best:
        named = (f"{one.name} ({as_number(one.now.courses)} lượt)" for one in best)
        yield f"Khóa có nhiều lượt học xong nhất trong kỳ: {'; '.join(named)}."
    yield "Số liệu từng khóa học ở Phụ lục II kèm theo."


def _standing(total: Part) -> str:
    if not total.people:
        return "chưa có người nào đang học"
    if total.coverage is None:
        covered = ", chưa tính được tỷ lệ vì chưa đủ số người lớn của các tổ dân phố"
    else:
        covered = f", bằng {as_percent(total.coverage)} số người lớn của các tổ dân phố đã có số liệu"
    finished = "chưa có người nào học xong một khóa"
    if total.finished:
        finished = f"{as_number(total.finished)} người đã học xong ít nhất một khóa"
    return f"có {as_number(total.people)} người đang học{covered}; {finished}"


def _of_groups(figures: Figures) -> Iterable[str]:
    groups = [group for group in figures.groups if group.kind == "regular" and not group.note]
    active = [group for group in groups if group.now.lessons]
    idle = [group.name for group in groups if not group.now.lessons]
    if not groups:
        yield "Chưa có danh sách tổ dân phố."
    elif not active:
        yield f"Trong {as_number(len(groups))} tổ dân phố, chưa tổ nào có bài học làm xong trong kỳ."
    elif not idle:
        yield f"Cả {as_number(len(groups))} tổ dân phố đều có người học xong bài trong kỳ."
    else:
        yield (
            f"Trong {as_number(len(groups))} tổ dân phố, {as_number(len(active))} tổ có người học xong bài "
            f"trong kỳ; {as_number(len(idle))} tổ chưa có: {listed(idle)}."
        )
    compared_fairly = [one for one in groups if one.coverage is not None and one.people >= FEWEST_TO_RANK]
    if len(compared_fairly) > FIRST:
        best = sorted(compared_fairly, key=lambda one: -(one.coverage or 0))[:FIRST]
        named = (f"{one.name}, {as_percent(one.coverage)}" for one in best)
        yield f"Tổ có tỷ lệ người lớn tham gia học cao nhất: {'; '.join(named)}."
    yield from _outside_groups(figures)
    yield "Số liệu từng tổ dân phố ở Phụ lục I kèm theo."


def _outside_groups(figures: Figures) -> Iterable[str]:
    names = {"unknown": "chưa rõ tổ", "elsewhere": "ở nơi khác"}
    others = [
        f"{as_number(one.now.lessons)} bài của người {names[one.kind]}"
        for one in figures.groups
        if one.kind in names and one.now.lessons
    ]
    if others:
        yield f"Ngoài ra có {' và '.join(others)}."


def _of_audiences(figures: Figures) -> Iterable[str]:
    present = [one for one in figures.audiences if one.people or any(_counts(one))]
    absent = [lower_first(one.name) for one in figures.audiences if one not in present]
    if not present:
        yield "Trong kỳ chưa có kết quả của đối tượng nào."
        return
    yield from lettered([_of_audience(one) for one in present])
    if absent:
        yield f"Chưa có người học thuộc: {'; '.join(absent)}."
    yield "Số liệu từng đối tượng ở Phụ lục III kèm theo."


def _of_audience(one: Part) -> str:
    lessons = compared(one.now.lessons, one.before.lessons if one.before else None, "bài học làm xong")
    return (
        f"{one.name}: {counted(one.people, 'người đang học')}; {lessons}; "
        f"{counted(one.now.courses, 'lượt học xong cả khóa')}."
    )


def _of_channels(figures: Figures) -> Iterable[str]:
    if figures.activities:
        yield from lettered([_activity(one) for one in figures.activities])
    elif figures.activities is not None:
        yield "Trong kỳ chưa ghi hoạt động tuyên truyền nào vào nền tảng."
    posters = figures.posters
    if posters is None:
        yield f"Hình thức tuyên truyền {NOT_BY_FILTER}."
        return
    if not (posters.hanging or posters.made or posters.came or posters.came_before):
        yield "Chưa có áp phích mang mã QR."
        return
    made = (
        f"làm mới {as_number(posters.made)} áp phích mang mã QR" if posters.made else "không làm áp phích mới"
    )
    came = compared(posters.came, posters.came_before, "lượt mở bài học từ áp phích")
    hanging = counted(posters.hanging, "áp phích đang dùng")
    yield f"Áp phích: trong kỳ {made}; {hanging}; {came}."


def _activity(one: Activity) -> str:
    where = f", tại {as_number(one.groups)} tổ dân phố" if one.groups else ""
    came = f", {as_number(one.attendees)} người dự" if one.attendees else ""
    return f"{one.channel}: {as_number(one.count)} {one.unit}{where}{came}."


def _of_ways(figures: Figures) -> Iterable[str]:
    names = {
        "assisted": "Có người của tổ công nghệ số cộng đồng hướng dẫn",
        "meeting": "Tại buổi họp, buổi hướng dẫn",
        "kiosk": "Tại máy dùng chung ở nơi làm thủ tục",
        "alone": "Tự học",
    }
    ways = {one.key: one for one in figures.ways}
    lessons = figures.total.now.lessons
    if not any(any(_counts(one)) for one in figures.ways):
        yield "Trong kỳ chưa có bài học nào được làm xong, kể cả khi có người hướng dẫn."
        return
    alone = ways["alone"].now.lessons if "alone" in ways else 0
    if lessons and alone < lessons:
        yield (
            f"Trong {as_number(lessons)} bài học làm xong, {as_number(lessons - alone)} bài có người hướng "
            f"dẫn hoặc làm tại buổi họp, tại máy dùng chung ({as_percent((lessons - alone) / lessons)})."
        )
    elif lessons:
        yield f"{as_number(lessons)} bài học làm xong trong kỳ đều do người dân tự học."
    else:
        yield "Trong kỳ chưa có bài học nào được làm xong."
    done = [(name, ways[key]) for key, name in names.items() if key in ways and any(_counts(ways[key]))]
    yield from lettered(
        [
            f"{name}: {compared(one.now.lessons, one.before.lessons if one.before else None, 'bài học')}."
            for name, one in done
        ]
    )


# -- III, IV, V ----------------------------------------------------------------------------------


def _difficulties(figures: Figures, words: Words) -> list[Block]:
    typed = _typed(words.part_3)
    if figures.difficulties:
        by_state = ", ".join(
            f"{as_number(count)} {name}"
            for state, name in STATES.items()
            if (count := sum(one.state == state for one in figures.difficulties))
        )
        number = as_number(len(figures.difficulties))
        sentences = [
            f"Trong kỳ, các tổ dân phố, đơn vị gửi {number} vướng mắc ({by_state}):",
            *lettered([_difficulty(one) for one in figures.difficulties[:MOST_DIFFICULTIES]]),
        ]
        if len(figures.difficulties) > MOST_DIFFICULTIES:
            others = as_number(len(figures.difficulties) - MOST_DIFFICULTIES)
            sentences.append(f"Còn {others} vướng mắc khác ghi trong sổ vướng mắc.")
    elif typed:
        sentences = []
    elif figures.difficulties is None:
        sentences = [f"Khó khăn, vướng mắc {NOT_BY_FILTER}."]
    else:
        sentences = ["Trong kỳ chưa ghi nhận vướng mắc nào do các tổ dân phố, đơn vị gửi."]
    return [*(Block(TEXT, one) for one in sentences), *typed]


def _difficulty(one: Difficulty) -> str:
    state = STATES.get(one.state, one.state)
    answer = f" Trả lời: {' '.join(one.answer.split())}" if one.answer.strip() else ""
    what = " ".join(one.what.split()).rstrip(".")
    return f"{one.unit}: {what} ({state}).{answer}"


def _typed(text: str) -> list[Block]:
    lines = lines_of(text)
    return [Block(TEXT, line) for line in lines]


def _closing(subject: str, full_name: str, addressed: Sequence[str]) -> str:
    asks = f"; {full_name} kính trình {', '.join(addressed)} xem xét, chỉ đạo" if addressed else ""
    return f"Trên đây là báo cáo {lower_first(subject)}{asks}./."


# -- the frame -----------------------------------------------------------------------------------


def _recipients(lines: Sequence[str], *, is_addressed: bool) -> tuple[str, ...]:
    """Return the lines under "Nơi nhận": "Như trên" first where the report is addressed to somebody."""
    plain = [line.lstrip("-– ").rstrip(";. ") for line in lines]
    others = [line for line in plain if line and line.lower() != "như trên"]
    return _ended([*(["Như trên"] if is_addressed else []), *others])


def _ended(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines that end in ";", the last in "."."""
    plain = [line.rstrip(";. ") for line in lines]
    return tuple(f"{line}{'.' if place == len(plain) else ';'}" for place, line in enumerate(plain, start=1))


def _ward_kind(figures: Figures) -> str:
    return place_of(figures.ward).kind or "địa phương"


def _best(parts: Sequence[Part], counter: str) -> list[Part]:
    done = [one for one in parts if getattr(one.now, counter)]
    return sorted(done, key=lambda one: -getattr(one.now, counter))[:FIRST]


def _counts(one: Part) -> tuple[int, ...]:
    now = (one.now.registered, one.now.started, one.now.lessons, one.now.courses)
    before = (one.before.lessons, one.before.courses) if one.before else ()
    return (*now, *before)
