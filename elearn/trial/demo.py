"""Makes the trial ward: invented people whose learning fills every page; the same for the same seed.

The counts are not made up beside the facts: each credit follows from a fact by the ledger's own rules, so
that `elearn recount` finds no difference. Rows go in by the thousand, all of them in one transaction.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, text

from elearn.kit.clock import day_of, now
from elearn.kit.db import Base, db, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.kit.words import fold, sort_key, title_key
from elearn.learning.groups import merge_groups
from elearn.learning.ledger import COLUMN, Counted, Facts, KeptFact, due, standing_of, tally_of
from elearn.learning.models import (
    Attempt,
    Confidence,
    CourseCompletion,
    CourseStart,
    Credit,
    DailyTally,
    LessonCompletion,
    MasteredQuestion,
    Placement,
    PracticeResult,
    Standing,
    What,
)
from elearn.learning.months import close_months
from elearn.learning.own import award_certificate
from elearn.learning.recount import STANDING_COLUMNS, STANDING_KEY, TALLY_KEY
from elearn.learning.rules import course_is_complete, most_helped
from elearn.library.models import Course, Lesson
from elearn.library.revisions import new_draft, submit_for_review
from elearn.outreach.models import Arrival, Poster
from elearn.outreach.rules import ALPHABET, CODE_LENGTH
from elearn.people.actions import make_ward
from elearn.people.consents import KEEP_RESULTS, NAMED_IN_CAMPAIGN, SEEN_BY_HELPER, TEXT_VERSION
from elearn.people.credentials import sealed, slow
from elearn.people.entry import card_token
from elearn.people.models import Consent, Grant, GroupKind, LearningCard, Person, ResidentialGroup, Ward
from elearn.people.permissions import STAFF, Role
from elearn.people.rules import is_weak_pin, with_check_digit
from elearn.trial.invented import (
    CAST_LIVES_IN,
    DAYS,
    Area,
    Life,
    Town,
    Try,
    areas,
    full_name,
    needed,
    phone_number,
)
from elearn.trial.invented_answers import Quizzes
from elearn.trial.invented_doing import Doing
from elearn.trial.invented_movement import let_it_move

BATCH = 5_000  # attempts, the most numerous of the rows
FEWEST_AREAS, PEOPLE_AN_AREA = 32, 300
POSTERS = 9
PASSWORD_WORDS = ("hoa", "mai", "sen", "lua", "tre", "song", "xuan", "sao", "nang", "gio", "mua", "bien")

Progress = Callable[[int, int], None]
Rows = dict[type[Base], list[dict[str, Any]]]


class Part(NamedTuple):
    """One of the people whose secret is told, so that each role can be tried."""

    key: str
    name: str
    role: Role | None
    group: str | None  # its code


class Entrance(NamedTuple):
    """How one of them comes in. `secret` is a PIN (mã học), or a password for staff."""

    role: str
    name: str
    group: str
    phone: str
    personal_code: str
    secret: str
    card: str  # the address of the learning card, without the host; the resident alone has one


CAST = (
    Part("resident", "Nguyễn Thị Hạnh", None, CAST_LIVES_IN),
    Part("helper", "Trần Thị Hoa", Role.HELPER, CAST_LIVES_IN),
    Part("youth_union", "Lê Quang Minh", Role.YOUTH_UNION, None),
    Part("viewer", "Bùi Văn Chính", Role.VIEWER, None),
    Part("author", "Phạm Thị Thu", Role.AUTHOR, None),
    Part("editor", "Vũ Minh Đức", Role.EDITOR, None),
    Part("administrator", "Ngô Văn Quản", Role.ADMINISTRATOR, None),
)


def make_demo(seed: int, residents: int, wards: int = 1, progress: Progress | None = None) -> list[Entrance]:
    """Fill the database with invented wards, all or nothing; return how the cast comes in.

    The courses must be loaded. Raise Refused when there is a ward already.
    """
    with transaction():
        if db.session.scalar(select(func.count()).select_from(Ward)):
            raise Refused("Cơ sở dữ liệu này đã có phường, nên không tạo dữ liệu thử ở đây.")
        town = _Maker(seed, residents, progress or (lambda _done, _whole: None))
        for number in range(1, wards + 1):
            share = residents * number // wards - residents * (number - 1) // wards
            town.make_ward(number, share)
        town.count()
        _advance_sequences(town.person_id)
        _leave_work_to_do(town.cast)
        _hang_posters(town.chance, town.until, town.cast)
        let_it_move(Random(seed), town.until, residents // wards, town.cast)  # noqa: S311
    return town.entrances


class _Maker:
    """Holds what the wards are made of while they are made."""

    def __init__(self, seed: int, residents: int, progress: Progress) -> None:
        chance = Random(seed)  # noqa: S311
        self.chance, self.residents, self.progress = chance, residents, progress
        self.until = now().replace(microsecond=0)
        self.done = self.person_id = 0
        self.codes = _personal_codes(chance)
        self.quizzes = Quizzes(chance)
        self.doing = Doing(Random(seed), self.quizzes.practices)  # noqa: S311
        self.rows: Rows = defaultdict(list)
        self.tallies: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
        self.standings: Counter[Any] = Counter()
        self.cast: dict[str, int] = {}
        self.entrances: list[Entrance] = []

    def make_ward(self, number: int, residents: int) -> None:
        """Make one ward: its groups, its staff and helpers, its people and what they have done."""
        places = areas(self.chance, max(FEWEST_AREAS, residents // PEOPLE_AN_AREA))
        self.ward_id = _make_ward(number)
        self.group_ids = _make_groups(self.ward_id, places, "" if number == 1 else f"P{number}-")
        self.helpers: dict[int, int] = {}
        for part in CAST:
            self._play(part, places, told=number == 1)
        for place in range(len(places)):
            if place not in self.helpers:
                self._help(place, full_name(self.chance))
        for life in Town(self.chance, places, self.quizzes.courses, self.until).lives(residents):
            self._live(life)
            self.done += life.keeping != "nothing"
            if self.done % 100 == 0:
                self.progress(self.done, self.residents)
            if len(self.rows[Attempt]) > BATCH:
                self._write()
        self._write()
        self.progress(self.done, self.residents)

    def count(self) -> None:
        """Write the sums of everything that was credited."""
        nothing = dict.fromkeys(COLUMN.values(), 0)
        tallies = [
            dict(zip(TALLY_KEY, key, strict=True)) | nothing | sums for key, sums in self.tallies.items()
        ]
        whole: dict[Any, dict[str, int]] = defaultdict(lambda: dict.fromkeys(STANDING_COLUMNS, 0))
        for (key, column), amount in self.standings.items():
            whole[key][column] = amount
        standings = [dict(zip(STANDING_KEY, key, strict=True)) | sums for key, sums in whole.items()]
        _insert(DailyTally, tallies)
        _insert(Standing, standings)
        close_months()

    # -- people

    def _play(self, part: Part, places: Sequence[Area], *, told: bool) -> None:
        """Make one of the cast; of the first ward their secrets are told."""
        place = next((at for at, area in enumerate(places) if area.code == part.group), None)
        if part.role == Role.HELPER and place is not None:
            person = self._help(place, part.name)
        else:
            began = self.until - timedelta(days=DAYS - 4)
            kept = None if place is None else began
            life = Life(part.name, place, "name", "unsaid", None, None, None, kept, False, began)
            if part.key == "resident":
                life.tries = self._steadily(began)
            person = self._live(life, eager=part.key == "resident")
            if part.role:
                self._grant(part.role, None)
        if told:
            self.cast[part.key] = self.person_id
            person["phone"] = phone_number(len(self.cast))
            self.entrances.append(self._tell(part, person))

    def _help(self, place: int, name: str) -> dict[str, Any]:
        """Give a group its helper: whoever was assisted there was assisted by somebody."""
        began = self.until - timedelta(days=DAYS - 1)
        self.helpers[place] = self.person_id + 1
        person = self._live(Life(name, place, "name", "unsaid", None, None, None, began, False, began))
        self._grant(Role.HELPER, person["group_id"])
        return person

    def _steadily(self, since: datetime) -> list[Try]:
        """Return the learning of somebody who passes a lesson every third day and is not yet at the end: with
        a question wrong in every other one, so that there is something to recall."""
        courses = self.quizzes.courses
        lessons = [lesson for course in courses for lesson in course if lesson.questions]
        return [
            Try(lesson, moment, "alone", lesson.questions, _all_but(number % 2, lesson.questions), True)
            for number, lesson in enumerate(lessons[: len(courses[0]) + 3] if courses else [])
            if (moment := since + timedelta(days=3 * number, minutes=10)) < self.until
        ]

    def _grant(self, role: Role, group_id: int | None) -> None:
        whole = {"person_id": self.person_id, "role": str(role), "ward_id": self.ward_id}
        self.rows[Grant].append(whole | {"group_id": group_id})

    def _tell(self, part: Part, person: dict[str, Any]) -> Entrance:
        """Give a person of the cast a secret, the resident a card too, and return how they come in."""
        kind = "password" if part.role in STAFF else "pin"
        secret = _password(self.chance) if kind == "password" else _pin(self.chance, person["phone"])
        person[f"{kind}_salt"] = f"{self.chance.getrandbits(128):032x}"
        person[f"{kind}_hash"] = sealed(slow(secret), person[f"{kind}_salt"])
        card = ""
        if part.key == "resident":
            kept = LearningCard(nonce=f"{self.chance.getrandbits(256):064x}")
            token = card_token(kept)
            card = f"/the/{token}"
            whole = {"person_id": person["id"], "nonce": kept.nonce, "token_digest": digest(token)}
            self.rows[LearningCard].append(whole)
        return Entrance(
            part.key, part.name, part.group or "", person["phone"], person["personal_code"], secret, card
        )

    def _live(self, life: Life, *, eager: bool = False) -> dict[str, Any]:
        """Make a person's row and everything that follows from what they did; who is eager does all of it."""
        self.person_id += 1
        if life.registered_at is not None:
            life.tries += self.doing.recalled(life.tries, self.until, always=eager)
            life.tries.sort(key=lambda one: one.moment)
        group_id = None if life.area is None else self.group_ids[life.area]
        helper = None if life.area is None else self.helpers.get(life.area)
        helper = None if helper == self.person_id else helper
        last = life.tries[-1].moment if life.tries else life.began
        person: dict[str, Any] = {
            "id": self.person_id, "ward_id": self.ward_id, "group_id": group_id, "keeping": life.keeping,
            "display_name": life.name or None, "search": fold(life.name), "sort_key": sort_key(life.name),
            "audience": life.audience, "birth_year": life.birth_year, "phone": life.phone,
            "personal_code": next(self.codes) if life.name else None, "household": life.household,
            "registered_at": life.registered_at, "registered_by_id": helper if life.assisted else None,
            "created_at": life.began, "last_active_on": day_of(last),
            "pin_hash": None, "pin_salt": None, "password_hash": None, "password_salt": None,
        }  # fmt: skip
        self.rows[Person].append(person)
        if life.registered_at is not None:
            self._consent(person, life)
        facts = self._do(life, helper)
        if life.registered_at is not None:
            self._do_beside(life, facts, eager=eager)
        self._credit(person, life, facts)
        return person

    def _consent(self, person: Mapping[str, Any], life: Life) -> None:
        whole = {
            "person_id": person["id"], "text_version": TEXT_VERSION, "given_at": life.registered_at,
            "channel": "spoken" if life.assisted else "self", "assisted_by_id": person["registered_by_id"],
        }  # fmt: skip
        purposes = [KEEP_RESULTS]
        if life.name and (life.assisted or self.chance.random() < 0.8):
            purposes.append(SEEN_BY_HELPER)
        if life.name and person["id"] % 3 != 1:  # not the first of them, who can try it
            purposes.append(NAMED_IN_CAMPAIGN)
        self.rows[Consent] += [whole | {"purpose": purpose} for purpose in purposes]

    def _do(self, life: Life, helper: int | None) -> dict[KeptFact, datetime]:
        """Keep what was done, and return each fact with its moment."""
        facts: dict[KeptFact, datetime] = {}
        started: set[int] = set()
        lessons: dict[int, str] = {}  # lesson -> how
        me, rows = self.person_id, self.rows
        for one in life.tries:
            course, lesson = one.at.course, one.at.lesson
            assisted = helper if one.how == "assisted" else None
            rows[Attempt].append(self.quizzes.attempt(me, one, assisted))
            if course not in started:
                started.add(course)
                facts[KeptFact(What.STARTED, course, None, one.how)] = one.moment
                start = {"person_id": me, "course_id": course, "started_at": one.moment, "how": one.how}
                rows[CourseStart].append(start)
            if not one.passed or lesson in lessons:
                continue
            lessons[lesson] = one.how
            facts[KeptFact(What.LESSON, course, lesson, one.how)] = one.moment
            rows[LessonCompletion].append(
                {
                    "person_id": me, "lesson_id": lesson, "revision_id": self.quizzes.revisions[lesson],
                    "completed_at": one.moment, "how": one.how, "assisted_by_id": assisted,
                }
            )  # fmt: skip
            outline = self.quizzes.outlines[course]
            if course_is_complete(outline, lessons):
                how = most_helped(lessons[each] for each in outline)
                facts[KeptFact(What.COURSE, course, None, how)] = one.moment
                whole = {"person_id": me, "course_id": course, "completed_at": one.moment, "how": how}
                rows[CourseCompletion].append(whole)
        return facts

    def _do_beside(self, life: Life, facts: dict[KeptFact, datetime], *, eager: bool) -> None:
        """Keep what was mastered in recall, which counts, and what was done beside it, which does not."""
        courses = {one.at.lesson: one.at.course for one in life.tries}
        for (lesson, question), moment in self.doing.mastered(life.tries).items():
            facts[KeptFact(What.MASTERED, courses[lesson], lesson, "alone", question)] = moment
            whole = {"person_id": self.person_id, "lesson_id": lesson, "question": question}
            self.rows[MasteredQuestion].append(whole | {"mastered_at": moment, "how": "alone"})
        finished = {fact.course_id: moment for fact, moment in facts.items() if fact.what == What.COURSE}
        for model, row in self.doing.beside(self.person_id, life.tries, finished, always=eager):
            self.rows[model].append(row)

    def _credit(self, person: Mapping[str, Any], life: Life, facts: Mapping[KeptFact, datetime]) -> None:
        """Credit what is due by the ledger's rules, on the day of the fact or, if later, of keeping it."""
        who = Counted(
            person["id"], person["group_id"], person["audience"], person["keeping"],
            life.registered_at is not None, person["registered_by_id"] is not None, None, False,
        )  # fmt: skip
        whole: Facts = {fact.key: fact for fact in facts}
        kept = life.registered_at or self.until
        lines = []
        for fact in due(who, whole).values():
            moment = facts.get(fact, kept)
            lines.append(
                {
                    "day": day_of(max(moment, kept)), "group_id": who.group_id, "course_id": fact.course_id,
                    "lesson_id": fact.lesson_id, "question": fact.question, "audience": who.audience,
                    "how": str(fact.how),
                    "what": str(fact.what), "amount": 1, "person_id": who.id,
                    "reason": "kept" if moment <= kept else "earned",
                }
            )  # fmt: skip
        self.rows[Credit] += lines
        for key, sums in tally_of(lines).items():
            self.tallies[key].update(sums)
        self.standings.update(standing_of(who, whole))

    def _write(self) -> None:
        """Send what has gathered to the database, people before what points at them."""
        order = (
            Person, Grant, LearningCard, Consent, Attempt, CourseStart, LessonCompletion, CourseCompletion,
            MasteredQuestion, PracticeResult, Placement, Confidence, Credit,
        )  # fmt: skip
        for model in order:
            _insert(model, self.rows[model])
        self.rows.clear()


# -- wards and groups ----------------------------------------------------------------------------


def _make_ward(number: int) -> int:
    first = number == 1
    name = "phường Gia Viên" if first else f"phường Thử nghiệm {number}"
    ward_id = make_ward(
        "GV" if first else f"P{number}", name, "thành phố Hải Phòng",
        host=None if first else f"phuong-{number}.localhost",
        office_name=f"Phòng Văn hóa - Xã hội {name}", office_phone="0225 000 0000",
        office_address="Địa chỉ thử, không có thật",
    )  # fmt: skip
    db.session.get_one(Ward, ward_id).demo = True
    return ward_id


def _make_groups(ward_id: int, places: Sequence[Area], prefix: str) -> list[int]:
    """Make the groups; behind them stand the two places for who cannot or need not name one."""
    groups = [
        ResidentialGroup(
            ward_id=ward_id, code=f"{prefix}{place.code}", name=place.name, former_ward=place.former_ward,
            households=place.households, adults=place.adults, kind=GroupKind.REGULAR,
            search=fold(f"{place.name} {place.former_ward} {prefix}{place.code}"),
            sort_key=title_key(f"{place.name} {place.former_ward}"),
        )
        for place in places
    ]  # fmt: skip
    db.session.add_all(groups)
    db.session.flush()
    without = select(ResidentialGroup.id).where(
        ResidentialGroup.ward_id == ward_id, ResidentialGroup.kind != GroupKind.REGULAR
    )
    others = db.session.scalars(without.order_by(ResidentialGroup.kind.desc())).all()  # unknown, elsewhere
    return [*(group.id for group in groups), *others]


def _leave_work_to_do(cast: Mapping[str, int]) -> None:
    """Leave on record a merge of groups and a paper, and a lesson that waits for the editor to read it."""
    ids = db.session.scalars(
        select(ResidentialGroup.id).where(ResidentialGroup.code.in_(("CD05", "CD06"))).order_by("code")
    ).all()
    if len(ids) == 2:
        merge_groups([ids[1]], ids[0], actor=cast["administrator"])
    finished = select(CourseCompletion.course_id).where(CourseCompletion.person_id == cast["resident"])
    if (course := db.session.scalar(finished)) is not None:
        award_certificate(cast["resident"], course, full_name=CAST[0].name, name_shown="initials")
    lesson = db.session.scalar(select(Lesson.id).order_by(Lesson.id.desc()).limit(1))
    if lesson is not None:
        draft = new_draft(lesson, cast["author"])
        submit_for_review(draft.id, cast["author"])


def _hang_posters(chance: Random, until: datetime, cast: Mapping[str, int]) -> None:
    """Hang a poster in some groups of the first ward, and let people come by them."""
    groups = db.session.scalars(
        select(ResidentialGroup)
        .where(ResidentialGroup.kind == GroupKind.REGULAR, ResidentialGroup.successor_id.is_(None))
        .order_by(ResidentialGroup.id)
        .limit(POSTERS)
    ).all()
    course = db.session.scalar(select(Course.id).order_by(Course.position).limit(1))
    for number, group in enumerate(groups):
        since = until - timedelta(days=40 - number)
        poster = Poster(
            code="".join(chance.choices(ALPHABET, k=CODE_LENGTH)), ward_id=group.ward_id, group_id=group.id,
            course_id=course if number % 3 else None, place=f"Nhà văn hóa {group.name.lower()}",
            made_by_id=cast["youth_union"], made_at=since,
        )  # fmt: skip
        db.session.add(poster)
        db.session.flush()
        days = sorted(chance.sample(range(40 - number), 12))
        rows = [{"poster_id": poster.id, "day": day_of(since + timedelta(days=day))} for day in days]
        _insert(Arrival, [row | {"count": chance.randint(1, 14)} for row in rows])


# -- small things --------------------------------------------------------------------------------


def _all_but(count: int, questions: Sequence[str]) -> tuple[str, ...]:
    """Return the questions without the first ones, if that still passes."""
    left = tuple(questions[count:])
    return left if len(left) >= needed(len(questions)) else tuple(questions)


def _insert(model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(model.__table__), rows)  # type: ignore[arg-type]


def _advance_sequences(person_id: int) -> None:
    """Let PostgreSQL go on numbering people where we stopped; SQLite does so by itself."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(
            text("SELECT setval(pg_get_serial_sequence('person', 'id'), :top)"), {"top": person_id}
        )


def _personal_codes(chance: Random) -> Iterator[str]:
    """Yield personal codes, each once."""
    given: set[int] = set()
    while True:
        number = chance.randrange(10_000_000)
        if number not in given:
            given.add(number)
            yield with_check_digit(f"{number:07d}")


def _pin(chance: Random, phone: str) -> str:
    while True:
        pin = f"{chance.randrange(1_000_000):06d}"
        if not is_weak_pin(pin, phone):
            return pin


def _password(chance: Random) -> str:
    """Return a password that is long enough and can be typed from a screen."""
    return f"{' '.join(chance.sample(PASSWORD_WORDS, 3))} {chance.randrange(100, 1_000)}"
