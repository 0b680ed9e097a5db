"""What may happen to people and their results, in any order. Hypothesis tells stories of it, and tells one
that fails as short as it can be told."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.learning import actions
from elearn.learning.groups import merge_groups
from elearn.learning.recount import recount
from elearn.people.models import How
from elearn.people.queries import root_of
from tests import ward
from tests.builders import attempt, make_course, nameless

REGULAR = ("DG05", "DG07", "LT03")
PLACES = (*REGULAR, "GV-KR")
AUDIENCES = ("resident", "youth", "business", "unsaid")
FIRST_DAY = 75  # days ago


class Scene(NamedTuple):
    """Where every story begins: two courses of two lessons, and nothing counted yet."""

    courses: list[int]
    revisions: list[int]
    groups: dict[str, int]
    admin: int
    helper: int


def scene() -> Scene:
    """Set the scene in the ward of tests/ward.py."""
    recount(repair=True)  # the cast is registered without credits
    made = [make_course(f"khoa-{number}") for number in range(2)]
    return Scene(
        [one["course"] for one in made],
        [revision for one in made for revision in one["revisions"]],
        {code: ward.group(code).id for code in PLACES},
        ward.person("quan").id,
        ward.person("hoa").id,
    )


class Step(NamedTuple):
    """One happening: which, and with what."""

    what: str
    given: dict[str, Any]

    def __repr__(self) -> str:
        return f"{self.what}({', '.join(f'{name}={value!r}' for name, value in self.given.items())})"


def step(what: str, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    """Return the steps of this kind; `what` is a method of a Story."""
    return st.fixed_dictionaries(given).map(lambda drawn: Step(what, drawn))


SOMEBODY, PLACE = st.integers(0, 5), st.sampled_from(PLACES)
ANSWERS = step(
    "answers", who=SOMEBODY, lesson=st.integers(0, 3), right=st.integers(0, 5),
    how=st.sampled_from(list(How)), is_helped=st.booleans(),
)  # fmt: skip
KEEPS = step(
    "keeps", who=SOMEBODY, keeping=st.sampled_from(["name", "group"]), place=PLACE,
    audience=st.sampled_from([None, *AUDIENCES]),
)  # fmt: skip
STEPS = st.one_of(
    *([ANSWERS] * 4),
    *([KEEPS] * 2),
    step("days_pass", days=st.integers(1, 15)),
    step("the_same_arrives_again", which=st.integers(0, 20)),
    step("masters", who=SOMEBODY, lesson=st.integers(0, 3), wrong=st.integers(1, 3)),
    step("claims", one=SOMEBODY, two=SOMEBODY),
    step("moves", who=SOMEBODY, place=PLACE),
    step("is_of_another_audience", who=SOMEBODY, audience=st.sampled_from(AUDIENCES)),
    step("are_the_same", one=SOMEBODY, two=SOMEBODY),
    step("were_not_the_same", one=SOMEBODY),
    st.one_of(
        step("is_erased", who=SOMEBODY),
        step("someone_comes"),
        step("groups_become_one", one=st.sampled_from(REGULAR), two=st.sampled_from(REGULAR)),
    ),
)


LEAST_STEPS = st.sampled_from([0, 20, 40, 50])


class Story:
    """A ward in which steps happen. A subclass says what must hold in the end, or has steps of its own."""

    def __init__(self, the_scene: Scene, on_day: Callable[[int], None]) -> None:
        self.scene, self.on_day, self.days_ago = the_scene, on_day, FIRST_DAY
        self.sent: list[tuple[int, dict[str, Any]]] = []
        on_day(FIRST_DAY)
        self.people = [nameless() for _ in range(4)]

    def happen(self, one: Step) -> None:
        """Let a step happen; what the house refuses changes nothing, and the story goes on."""
        try:
            getattr(self, one.what)(**one.given)
        except Refused:
            db.session.rollback()

    def holds_in_the_end(self) -> None:
        """Fail where what must hold does not."""

    def person(self, number: int) -> int:
        return self.people[number % len(self.people)]

    def days_pass(self, days: int) -> None:
        self.days_ago = max(0, self.days_ago - days)
        self.on_day(self.days_ago)

    def someone_comes(self) -> None:
        self.people = [*self.people[1:], nameless()]

    def answers(self, who: int, lesson: int, right: int, how: str, is_helped: bool) -> None:
        sent = {
            "person_id": self.person(who), "revision_id": self.scene.revisions[lesson], "right": right,
            "attempt_id": uuid4().hex, "how": how, "assisted_by_id": self.scene.helper if is_helped else None,
        }  # fmt: skip
        keeper = root_of(sent["person_id"])
        assert attempt(**sent).is_new
        self.sent.append((keeper, sent))

    def masters(self, who: int, lesson: int, wrong: int) -> None:
        """Somebody has some questions wrong, and right as often as they come back."""
        for days, right in ((0, 5 - wrong), (2, 5), (7, 5), (21, 5)):
            self.days_pass(days)
            self.answers(who, lesson, right, How.ALONE, is_helped=False)

    def the_same_arrives_again(self, which: int) -> None:
        if self.sent:
            keeper, sent = self.sent[which % len(self.sent)]
            is_new = attempt(**sent).is_new
            # what somebody answered as part of another stays with that other when they part
            assert not is_new or root_of(keeper) != root_of(sent["person_id"])

    def keeps(self, who: int, keeping: str, place: str, audience: str | None) -> None:
        group_id = self.scene.groups[place]
        actions.keep_results(
            self.person(who), keeping=keeping, group_id=group_id, name="Bà A", audience=audience
        )

    def claims(self, one: int, two: int) -> None:
        actions.claim_results(self.person(one), self.person(two))

    def moves(self, who: int, place: str) -> None:
        actions.move_to_group(self.person(who), self.scene.groups[place])

    def is_of_another_audience(self, who: int, audience: str) -> None:
        actions.change_audience(self.person(who), audience)

    def are_the_same(self, one: int, two: int) -> None:
        actions.merge_people(self.person(one), self.person(two), actor=self.scene.admin)

    def were_not_the_same(self, one: int) -> None:
        actions.unmerge(self.person(one), actor=self.scene.admin)

    def is_erased(self, who: int) -> None:
        actions.erase(self.person(who))

    def groups_become_one(self, one: str, two: str) -> None:
        merge_groups([self.scene.groups[one]], self.scene.groups[two], actor=self.scene.admin)


def tell(
    story: type[Story],
    set_scene: Callable[[], Scene],
    on_day: Callable[[int], None],
    steps: st.SearchStrategy[Step] = STEPS,
) -> None:
    """Tell stories of up to sixty steps, most of them long; fail with the shortest that does not hold."""

    @rarely
    @given(LEAST_STEPS.flatmap(lambda least: st.lists(steps, min_size=least, max_size=60)))
    def told(what_happens: list[Step]) -> None:
        note("\n".join(map(str, what_happens)))
        whole = story(set_scene(), on_day)
        for one in what_happens:
            whole.happen(one)
        whole.holds_in_the_end()

    told()


def rarely(test: Callable[..., None]) -> Callable[..., None]:
    """Try a property that writes to the database with a sixth of the usual examples, ten at least."""
    few = max(10, settings.default.max_examples // 6)
    return settings(max_examples=few, suppress_health_check=list(HealthCheck))(test)
