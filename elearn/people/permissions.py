"""Who may do what. The whole answer is on this page, in words that a ward officer can say yes to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """A part that a person plays; the values are stored, so never rename one."""

    HELPER = "helper"  # tổ công nghệ số cộng đồng, for one residential group
    YOUTH_UNION = "youth_union"  # Đoàn Thanh niên
    VIEWER = "viewer"  # reads the counts: the chair, the Front, Party bodies
    AUTHOR = "author"  # writes lessons
    EDITOR = "editor"  # publishes lessons, answers for their facts, compiles reports
    ADMINISTRATOR = "administrator"  # looks after people, groups and roles


class Permission(StrEnum):
    """What may be done."""

    SEE_OWN_GROUP = "see the people of own group"
    REGISTER_RESIDENTS = "register residents"
    SEE_COUNTS = "see the counts of every group"
    GIVE_READ_LINKS = "give links to the counts"
    SET_TARGETS = "set targets"
    SET_UP_KIOSKS = "set up kiosks"
    MAKE_POSTERS = "make posters"
    JOIN_MOVEMENT = "take part in the movement"
    LOG_ACTIVITIES = "log activities"
    PLAN_VISITS = "plan visits"
    ANSWER_DIFFICULTIES = "answer difficulties"
    RUN_CAMPAIGNS = "run campaigns and contests"
    WRITE_LESSONS = "write lessons"
    PUBLISH_LESSONS = "publish lessons"
    CHECK_FACTS = "check facts"
    MANAGE_PEOPLE = "manage people"
    MANAGE_GROUPS = "manage groups"
    GRANT_ROLES = "grant roles"
    READ_AUDIT = "read the audit"
    COMPILE_REPORTS = "compile reports"
    SEE_HEALTH = "see how the machine is"


_MOVES = {Permission.JOIN_MOVEMENT, Permission.LOG_ACTIVITIES}
_FOLLOWS = {Permission.SEE_COUNTS, Permission.MAKE_POSTERS, *_MOVES}
_WRITES = {*_FOLLOWS, Permission.WRITE_LESSONS}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.HELPER: frozenset(
        {
            Permission.SEE_OWN_GROUP,
            Permission.REGISTER_RESIDENTS,
            Permission.SET_UP_KIOSKS,
            Permission.MAKE_POSTERS,
            *_MOVES,
        }
    ),
    Role.YOUTH_UNION: frozenset({*_FOLLOWS, Permission.PLAN_VISITS}),
    Role.VIEWER: frozenset({Permission.SEE_COUNTS, Permission.JOIN_MOVEMENT}),
    Role.AUTHOR: frozenset(_WRITES),
    Role.EDITOR: frozenset(
        {
            *_WRITES,
            Permission.PLAN_VISITS,
            Permission.ANSWER_DIFFICULTIES,
            Permission.RUN_CAMPAIGNS,
            Permission.GIVE_READ_LINKS,
            Permission.SET_TARGETS,
            Permission.PUBLISH_LESSONS,
            Permission.CHECK_FACTS,
            Permission.COMPILE_REPORTS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.SEE_OWN_GROUP,
            Permission.REGISTER_RESIDENTS,
            Permission.SET_UP_KIOSKS,
            *_FOLLOWS,
            Permission.PLAN_VISITS,
            Permission.ANSWER_DIFFICULTIES,
            Permission.RUN_CAMPAIGNS,
            Permission.GIVE_READ_LINKS,
            Permission.SET_TARGETS,
            Permission.MANAGE_PEOPLE,
            Permission.MANAGE_GROUPS,
            Permission.GRANT_ROLES,
            Permission.READ_AUDIT,
            Permission.COMPILE_REPORTS,
            Permission.SEE_HEALTH,
        }
    ),
}

STAFF = frozenset(Role) - {Role.HELPER}  # these sign in with a password, never with a PIN (mã học)
IDLE_ROLES = frozenset({Role.AUTHOR, Role.EDITOR, Role.ADMINISTRATOR})  # signed out after 30 idle minutes


@dataclass(frozen=True)
class Scope:
    """How far a grant reaches: one residential group, one ward, or (both None) the installation."""

    role: Role
    ward_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True)
class Viewer:
    """Who is looking: a plain value, read once a request, safe to hold while transactions come and go.

    Three kinds: a visitor (`person_id` None), a nameless learner (a person without a name yet), and
    someone who has signed in (`is_authenticated`). Flask-Login reads the `is_…` names.
    """

    person_id: int | None = None
    display_name: str | None = None
    ward_id: int | None = None
    group_id: int | None = None
    group_name: str | None = None
    session_key: str | None = None  # the stored digest of the session's token
    session_kind: str | None = None
    seen_at: datetime | None = None
    assisted_by_id: int | None = None
    class_group_id: int | None = None
    nameless_id: int | None = None  # results made on this device without a name, waiting to be claimed
    scopes: tuple[Scope, ...] = ()
    gave_secret: bool = False  # in this session, a moment ago
    gave_key: bool = False  # a second key, likewise
    must_add_key: bool = False  # roles sleep until a second key has been added

    is_active = True

    @property
    def is_authenticated(self) -> bool:
        """Has this person signed in under a name?"""
        return self.display_name is not None

    @property
    def is_anonymous(self) -> bool:
        """The opposite, as Flask-Login asks for it."""
        return not self.is_authenticated

    @property
    def is_nameless(self) -> bool:
        """Is this a learner who has not given a name?"""
        return self.person_id is not None and self.display_name is None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, whatever their scope."""
        return frozenset(scope.role for scope in self.scopes)

    @property
    def is_staff(self) -> bool:
        """Does this person hold a role that demands a password?"""
        return bool(self.roles & STAFF)

    @property
    def has_proved(self) -> bool:
        """May this person act on people now? Who works with a password must have given it a moment ago."""
        return self.gave_secret or not (self.is_staff or self.must_add_key)

    def get_id(self) -> str:
        """Return the id that Flask-Login asks for."""
        return str(self.person_id)

    def may(self, permission: str) -> bool:
        """Does any role of this person grant the permission, somewhere?"""
        return any(permission in GRANTS[scope.role] for scope in self.scopes)

    def reach(self, permission: str) -> tuple[Scope, ...]:
        """Return the scopes within which the permission is granted."""
        return tuple(scope for scope in self.scopes if permission in GRANTS[scope.role])

    def may_in(self, permission: str, *, ward_id: int | None, group_id: int | None = None) -> bool:
        """Is the permission granted for this ward (None: the installation) and, if given, this group?"""
        return any(
            scope.ward_id is None
            or (scope.ward_id == ward_id and (scope.group_id is None or scope.group_id == group_id))
            for scope in self.reach(permission)
        )


VISITOR = Viewer()
