"""Invents the people of a trial ward and how they learn: plain values, the same for the same chance.

Nobody in here exists. Names are put together from common family, middle and given names; phone numbers
count up through 0900 000 000 to 0900 099 999, the run that the tests use too, and nothing ever dials them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

from elearn.kit.clock import ZONE
from elearn.learning.rules import mark

DAYS = 70  # ten weeks
SATURDAY = 5
CAST_LIVES_IN = "DG05"  # a group in which enough is going on
PHONES, FIRST_PHONE = 100_000, 100  # the first hundred are for the accounts that are printed

FAMILY = (
    "Nguyễn " * 31 + "Trần " * 11 + "Lê " * 9 + "Phạm " * 8 + "Hoàng " * 5 + "Vũ " * 5 + "Đỗ " * 4
    + "Bùi " * 4 + "Đặng " * 3 + "Phan " * 3 + "Ngô " * 2 + "Dương Lý Đào Đoàn Mai Trịnh Lương Hồ"
).split()  # fmt: skip
MIDDLE = {
    "nữ": "Thị Thị Thị Thị Thị Thu Thanh Ngọc Bích Kim Minh Hồng",
    "nam": "Văn Văn Văn Văn Đức Minh Quang Hữu Xuân Ngọc Thanh Công",
}
GIVEN = {
    "nữ": "Lan Hoa Huệ Mai Cúc Hồng Nhung Hạnh Hằng Hương Hà Thảo Thủy Thu Yến Oanh Nga Ngân Liên Loan Lý "
    "Vân Xuân Tuyết Bình Dung Duyên Phượng Quyên Tâm Thoa Trang Trinh Tươi Vui Đào Anh Chi Giang Linh My",
    "nam": "Hùng Dũng Cường Tuấn Sơn Hải Long Nam Bình Minh Quang Thắng Thành Tiến Toàn Trung Tú Việt Vinh "
    "Đức Đạt Hòa Hoàng Huy Khánh Kiên Lâm Lộc Lợi Mạnh Nghĩa Phong Phúc Quân Quý Tài Tân Thịnh Tùng Thái",
}

# who learns, and how often one meets them
AUDIENCES = ("resident",) * 68 + ("unsaid",) * 14 + ("business",) * 8 + ("youth",) * 6 + ("official",) * 4
KEEPING = ("name",) * 82 + ("group",) * 12 + ("nothing",) * 6
WAYS = ("alone",) * 58 + ("assisted",) * 27 + ("meeting",) * 12 + ("kiosk",) * 3


@dataclass(frozen=True)
class Area:
    """An invented residential group. `keen` is how much is going on there, 1 being usual."""

    code: str
    name: str
    former_ward: str
    households: int | None
    adults: int | None
    keen: float


class LessonHere(NamedTuple):
    """A lesson as far as learning it goes; its questions in the order of the lesson."""

    course: int
    lesson: int
    questions: tuple[str, ...]


class Try(NamedTuple):
    """One go at the questions of a lesson."""

    at: LessonHere
    moment: datetime  # as every table keeps it: UTC without a zone
    how: str
    asked: tuple[str, ...]
    right: tuple[str, ...]
    passed: bool
    recall: bool = False  # asked again days later (ôn lại), not in the lesson


@dataclass
class Life:
    """An invented person: what is kept of them, and what they have done."""

    name: str
    area: int | None  # which group of the ward, in its order; None: keeps nothing
    keeping: str
    audience: str
    birth_year: int | None
    phone: str | None
    household: str | None
    registered_at: datetime | None
    assisted: bool
    began: datetime
    tries: list[Try] = field(default_factory=list)


def areas(chance: Random, count: int) -> list[Area]:
    """Return that many groups of four old wards, each of which numbered its own from 1."""
    shares = (
        ("DG", "Đằng Giang", 12),
        ("GV", "Gia Viên", 8),
        ("LT", "Lạch Tray", 6),
        ("CD", "Cầu Đất", 6),
    )
    whole = sum(share for _, _, share in shares)
    made: list[Area] = []
    for place, (code, former, share) in enumerate(shares):
        last = place == len(shares) - 1
        for number in range(1, (count - len(made) if last else max(1, count * share // whole)) + 1):
            households = chance.randint(560, 1_080)
            keen = chance.choice((0.1, 0.3, 0.5, 0.8, 1, 1, 1.2, 1.5, 1.8))
            made.append(
                Area(
                    f"{code}{number:02d}", f"Tổ dân phố số {number}", former,
                    households, round(households * chance.uniform(2.6, 2.95)),
                    1.5 if f"{code}{number:02d}" == CAST_LIVES_IN else keen,
                )
            )  # fmt: skip
    unknown = made[-1]  # one of them has not handed in its figures yet
    made[-1] = Area(unknown.code, unknown.name, unknown.former_ward, None, None, unknown.keen)
    return made


def full_name(chance: Random) -> str:
    """Return a name that many people in Vietnam could bear."""
    kind = chance.choice(("nữ", "nữ", "nam"))  # more women come to the classes
    return (
        f"{chance.choice(FAMILY)} {chance.choice(MIDDLE[kind].split())} {chance.choice(GIVEN[kind].split())}"
    )


def phone_number(number: int) -> str | None:
    """Return the invented phone number with this place in the run, or None beyond its end."""
    return f"+8490{number:07d}" if number < PHONES else None


def moment_on(day: date, chance: Random) -> datetime:
    """Return a moment on that day in Hải Phòng, most often in the evening, as tables keep it."""
    hour = chance.choice((8, 9, 10, 15, 16, 19, 19, 19, 20, 20, 20, 21))
    wall = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), ZONE)
    return (wall - wall.utcoffset()).replace(tzinfo=None)  # type: ignore[operator]


class Town:
    """Makes lives one after the other, all from one chance."""

    def __init__(
        self, chance: Random, places: Sequence[Area], courses: Sequence[Sequence[LessonHere]], until: datetime
    ) -> None:
        self.chance, self.places, self.courses, self.until = chance, places, courses, until
        self.weights = [place.keen for place in places]
        self.phones = FIRST_PHONE
        self.last_phones: dict[int, str | None] = {}  # area -> the last number, which a family may share

    def lives(self, count: int) -> Iterator[Life]:
        """Yield that many people who keep their results, and now and then one who keeps nothing."""
        made = 0
        while made < count:
            life = self.life(self.chance.choice(KEEPING))
            made += life.keeping != "nothing"
            yield life

    def life(self, keeping: str) -> Life:
        """Return a person of this ward with everything done in the last ten weeks."""
        chance = self.chance
        area, way, named = self._area(), chance.choice(WAYS), keeping == "name"
        first = self._first_day(way)
        tries = self._learn(first, way)
        life = Life(
            name=full_name(chance) if named else "",
            area=None if keeping == "nothing" else area,
            keeping=keeping,
            audience="unsaid" if keeping == "nothing" else chance.choice(AUDIENCES),
            birth_year=self.until.year - _age(chance) if named and chance.random() < 0.5 else None,
            phone=self._phone(area) if named and chance.random() < 0.6 else None,
            household=f"{chance.randint(1, 60):02d}" if named and way == "assisted" else None,
            registered_at=None,
            assisted=way in ("assisted", "meeting"),
            began=tries[0].moment if tries else min(self.until, moment_on(first, chance)),
            tries=tries,
        )
        if keeping != "nothing":
            life.registered_at = self._registered(life)
        return life

    def _area(self) -> int:
        """Choose a group, or one of the two places behind the list for who cannot or need not name one."""
        dice = self.chance.random()
        if dice < 0.05:
            return len(self.places)
        if dice < 0.08:
            return len(self.places) + 1
        return self.chance.choices(range(len(self.places)), self.weights)[0]

    def _phone(self, area: int) -> str | None:
        """Return the next number; in one case of eight the last one of the same area: a family."""
        family = self.last_phones.get(area)
        if family is not None and self.chance.random() < 1 / 8:
            self.last_phones[area] = None
            return family
        phone = phone_number(self.phones)
        self.phones += 1
        self.last_phones[area] = phone
        return phone

    def _first_day(self, way: str) -> date:
        """Choose when somebody came: more in the last weeks than in the first, meetings on Saturdays."""
        ago = int(DAYS * (1 - max(self.chance.random(), self.chance.random())))
        day = self.until.date() - timedelta(days=ago)
        return day - timedelta(days=(day.weekday() - SATURDAY) % 7) if way == "meeting" else day

    def _learn(self, day: date, way: str) -> list[Try]:
        """Return what somebody did from that day on, sitting after sitting, as far as today."""
        chance, done = self.chance, list[Try]()
        plan = self._plan()
        while plan:
            moment = moment_on(day, chance)
            for lesson in [plan.pop(0) for _ in range(min(len(plan), chance.choice((1, 1, 2, 2, 3))))]:
                tries = self._tries(lesson, moment, way)
                if not tries or tries[-1].moment > self.until:
                    return done
                done += tries
                if not tries[-1].passed:
                    return done
                moment = tries[-1].moment + timedelta(seconds=chance.randint(120, 420))
            day += timedelta(days=chance.choice((1, 2, 3, 4, 7)))
            way = way if chance.random() < 0.6 else "alone"
        return done

    def _plan(self) -> list[LessonHere]:
        """Choose the lessons that somebody will get to: many stop after one, some finish everything."""
        chance = self.chance
        order = list(self.courses)
        chance.shuffle(order)
        lessons = [lesson for course in order for lesson in course if lesson.questions]
        first = len([lesson for lesson in order[0] if lesson.questions]) if order else 0
        most = chance.choice((0, 1, 1, 1, 2, 2, 3, 4, first, first, first + 2, 2 * first, len(lessons)))
        return lessons[:most]

    def _tries(self, lesson: LessonHere, moment: datetime, way: str) -> list[Try]:
        """Return one go that passes, or one that does not and mostly a second at what was wrong."""
        chance, questions = self.chance, lesson.questions
        least = needed(len(questions))
        if chance.random() < 0.75:
            right = _some(chance, questions, chance.randint(least, len(questions)))
            return [Try(lesson, moment, way, questions, right, True)]
        right = _some(chance, questions, max(0, least - chance.randint(1, 2)))
        tries = [Try(lesson, moment, way, questions, right, False)]
        if chance.random() < 0.85:
            wrong = tuple(question for question in questions if question not in right)
            again = moment + timedelta(seconds=chance.randint(60, 240))
            tries.append(Try(lesson, again, way, wrong, wrong, True))
        return tries

    def _registered(self, life: Life) -> datetime:
        """Choose when the results were kept: before learning with help, else after a lesson or two."""
        if life.assisted or not life.tries:
            return life.began - timedelta(minutes=4)
        after = min(len(life.tries) - 1, self.chance.choice((0, 0, 0, 1, 3)))
        return min(self.until, life.tries[after].moment + timedelta(minutes=2))


@cache
def needed(asked: int) -> int:
    """Return how many right answers of so many pass."""
    names = [str(number) for number in range(asked)]
    return next(right for right in range(1, asked + 1) if mark(names, names[:right]).passed())


def _some(chance: Random, questions: Sequence[str], count: int) -> tuple[str, ...]:
    chosen = set(chance.sample(range(len(questions)), count))
    return tuple(question for place, question in enumerate(questions) if place in chosen)


def _age(chance: Random) -> int:
    return round(chance.triangular(18, 84, 58))
