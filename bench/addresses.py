"""The pages that a phone visits in each system, and the cookies of who is signed in there."""

from dataclasses import dataclass, field

from bench.cases import floor, kolibri, now_lms, ours
from bench.cases.our_forms import lesson_page
from bench.servers import Server


@dataclass(frozen=True)
class Page:
    """A page, where it stands, with which cookies it is asked for, and how often on a slow line (a minute
    each, in a heavy system)."""

    name: str
    root: str
    path: str
    cookies: dict[str, str] = field(default_factory=dict)
    slow_visits: int = 2


def pages_of(name: str, server: Server) -> list[Page]:
    """Return the pages of a system, signed in afresh."""
    return {"floor": _floor, "kolibri": _kolibri, "now-lms": _now_lms}.get(name, _ours)(server)


def _floor(server: Server) -> list[Page]:
    return [Page("text lesson", server.url(""), "/lesson", floor.signed_in(server).cookies)]


def _ours(server: Server) -> list[Page]:
    who, root, lesson = ours.Ours(server), server.url(""), lesson_page(1)
    resident, youth, helper = (
        dict([cookie[1].split("=", 1)]) for cookie in (who.residents[0], who.youth, who.helper)
    )
    return [
        Page("landing", root, "/"),
        Page("sign-in", root, "/dang-nhap"),
        Page("text lesson", root, lesson),
        Page("text lesson, signed in", root, lesson, resident),
        Page("quiz", root, f"{lesson}/cau-hoi", resident),
        Page("board", root, "/tien-do", youth),
        Page("class of 300", root, f"/to/{who.told['group']}", helper),
    ]


def _kolibri(server: Server) -> list[Page]:
    here, root = kolibri.Class(server), server.url("")
    learner, coach, told = here.learner.cookies, here.coach.cookies, here.told
    return [
        Page("sign-in", root, "/vi/auth/#/signin", slow_visits=1),
        Page("learner home", root, "/vi/learn/", learner, slow_visits=0),
        Page("text lesson", root, f"/vi/learn/#/topics/c/{told['text']['id']}", learner, slow_visits=1),
        Page("quiz", root, f"/vi/learn/#/topics/c/{told['quiz']['id']}", learner, slow_visits=1),
        Page("class of 300", root, f"/vi/coach/#/{told['classroom']}/home", coach, slow_visits=0),
    ]


def _now_lms(server: Server) -> list[Page]:
    told, browser = now_lms.signed_in(server)
    root, course = server.url(""), f"/course/{told['course']}"
    return [
        Page("sign-in", root, "/user/login", slow_visits=1),
        Page("text lesson", root, f"{course}/resource/text/{told['texts'][0]}", browser.cookies, 1),
        Page("quiz", root, f"/evaluation/{told['quiz']}/take", browser.cookies, 1),
    ]
