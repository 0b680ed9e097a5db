"""Voices of a lesson: which part is read by whom; a volunteer's reading is recorded, replaced, deleted."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from elearn.authoring import queries
from elearn.authoring.forms import VoiceForm
from elearn.authoring.here import author_id, ward_id_for
from elearn.authoring.queries import Work
from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.headers import CONTENT_SECURITY_POLICY, FIXED, MEDIA_POLICY
from elearn.kit.markup import TooHeavy
from elearn.library.document.read import parse
from elearn.library.fact_queries import facts_of
from elearn.library.models import EVERYWHERE
from elearn.library.ready import make_ready
from elearn.library.sound_queries import Heard, find_any_sound, sounds_of
from elearn.library.sounds import NotSpeech, speech
from elearn.library.speaking import drop_recording, keep_recording
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here

pages = Blueprint("voices", __name__)

HERE = "/soan-bai/ban/<course>/<lesson>/<int:number>/giong-doc"


class Line(NamedTuple):
    """A part of the text, and the sound that is heard of it."""

    number: int
    part: str
    said: str
    sound: Heard | None


@pages.get(HERE)
@needs(Permission.WRITE_LESSONS)
def parts(course: str, lesson: str, number: int) -> Any:
    """Show every part of a text as it is said, and who reads it: somebody, the machine, nobody yet."""
    work = _work(course, lesson, number)
    return render_template("authoring/voices.html", work=work, lines=_lines(work))


@pages.get(f"{HERE}/<part>")
@needs(Permission.WRITE_LESSONS)
def part(course: str, lesson: str, number: int, part: str) -> Any:
    """Show a part to be read aloud, and hear how it is read now."""
    work = _work(course, lesson, number)
    return _show(work, part, VoiceForm(formdata=None))


@pages.get(f"{HERE}/<part>.opus")
@needs(Permission.WRITE_LESSONS)
def sound(course: str, lesson: str, number: int, part: str) -> Any:
    """Send how a part of this text is read, also before the text is public."""
    work = _work(course, lesson, number)
    file = find_any_sound(part, _ward_of(work)) if part in {line.part for line in _lines(work)} else None
    if file is None:
        abort(404)
    response = Response(file.data, mimetype=file.mime)
    response.headers["Content-Security-Policy"] = MEDIA_POLICY
    return response.make_conditional(request, accept_ranges=True, complete_length=len(file.data))


@pages.post(f"{HERE}/<part>")
@needs(Permission.WRITE_LESSONS)
def keep(course: str, lesson: str, number: int, part: str) -> Any:
    """Keep a recording of a part, in place of the one before."""
    work, form = _work(course, lesson, number), VoiceForm()
    if part not in {line.part for line in _lines(work)}:
        abort(404)
    if not form.validate():
        return _show(work, part, form), 422
    try:
        file = speech(form.sound.data.read())
    except NotSpeech as fault:
        form.sound.errors = [str(fault)]
        return _show(work, part, form), 422
    keep_recording(
        part, work.course.ward_id, file, actor_id=author_id(),
        speaker=form.speaker.data or "", own_voice=form.whose.data == "mine",
    )  # fmt: skip
    flash("Đã lưu giọng đọc của đoạn này.")
    return redirect(_address(work, part), 303)


@pages.post(f"{HERE}/<part>/xoa")
@needs(Permission.WRITE_LESSONS)
def delete(course: str, lesson: str, number: int, part: str) -> Any:
    """Delete a recording for good; twice is once."""
    work = _work(course, lesson, number)
    if part not in {line.part for line in _lines(work)}:
        abort(404)
    if drop_recording(part, work.course.ward_id, actor_id=author_id()):
        flash("Đã xóa hẳn giọng đọc của đoạn này.")
    return redirect(_address(work, part), 303)


# -- what the above is made of -------------------------------------------------------------------


def _work(course: str, lesson: str, number: int) -> Work:
    return queries.find_work(viewer_here(), course, lesson, number, Permission.WRITE_LESSONS) or abort(404)


def _address(work: Work, part: str) -> str:
    place = {"course": work.course.slug, "lesson": work.lesson.slug, "number": work.revision.number}
    return url_for(".part", part=part, **place)


def _ward_of(work: Work) -> int:
    return work.course.ward_id or ward_id_for(Permission.WRITE_LESSONS)


def _lines(work: Work) -> list[Line]:
    """Return the parts of the text with the facts of today; none when it is too heavy to be laid out."""
    facts = facts_of(ward_id_for(Permission.WRITE_LESSONS))
    try:
        made = make_ready(parse(work.text).document, facts, today(), work.course.slug, "")
    except TooHeavy:
        return []
    sounds = sounds_of((part for part, _ in made.parts), _ward_of(work))
    return [
        Line(number, part, said, sounds.get(part)) for number, (part, said) in enumerate(made.parts, start=1)
    ]


def _show(work: Work, part: str, form: VoiceForm) -> Response:
    lines = _lines(work)
    line = next((one for one in lines if one.part == part), None) or abort(404)
    ahead = next((one for one in lines[line.number :] if not _is_read(one)), None)
    page = render_template(
        "authoring/voice.html", work=work, line=line, form=form, count=len(lines), ahead=ahead,
        own=_is_own(line.sound, work),
    )  # fmt: skip
    response = Response(page, mimetype="text/html")
    # here, and nowhere else, the microphone may be asked for, and what was just recorded is heard
    policy = CONTENT_SECURITY_POLICY.replace("media-src 'self'", "media-src 'self' blob:")
    response.headers["Content-Security-Policy"] = policy
    allowed = FIXED["Permissions-Policy"].replace("microphone=()", "microphone=(self)")
    response.headers["Permissions-Policy"] = allowed
    return response


def _is_own(sound: Heard | None, work: Work) -> bool:
    """Was it recorded for the courses to which this one belongs, so that it can be deleted here?"""
    whose = work.course.ward_id or EVERYWHERE
    return sound is not None and sound.voice == "recorded" and sound.ward_id == whose


def _is_read(line: Line) -> bool:
    return line.sound is not None and line.sound.voice == "recorded"
