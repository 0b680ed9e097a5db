"""Voices of a lesson: which part is read by whom; a volunteer's reading is recorded, replaced, deleted.

Who may publish lets a recording be heard; of others it waits until somebody who may has listened to it.
"""

from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for

from elearn.authoring import queries
from elearn.authoring.forms import VoiceForm
from elearn.authoring.here import author_id, ward_id_for
from elearn.authoring.queries import Work
from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.headers import CONTENT_SECURITY_POLICY, FIXED, MEDIA_POLICY
from elearn.kit.markup import TooHeavy
from elearn.kit.speech import Missing, engine
from elearn.kit.typed import line as one_line
from elearn.library.document.read import parse
from elearn.library.fact_queries import facts_of
from elearn.library.models import EVERYWHERE, Voice
from elearn.library.ready import make_ready
from elearn.library.sound_queries import Heard, find_any_sound, sounds_of, speakers
from elearn.library.sounds import NotSpeech, speech
from elearn.library.speaking import accept_recordings, drop_recording, drop_recordings_of, keep_recording
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

    @property
    def waits(self) -> bool:
        """Is there a recording that nobody who may publish has listened to?"""
        return self.sound is not None and self.sound.voice == Voice.WAITING


@pages.get(HERE)
@needs(Permission.WRITE_LESSONS)
def parts(course: str, lesson: str, number: int) -> Any:
    """Show every part of a text as it is said, and who reads it: somebody, the machine, nobody yet."""
    work = _work(course, lesson, number)
    lines, whose = _lines(work), work.course.ward_id or EVERYWHERE
    by = engine(current_app.config)
    return render_template(
        "authoring/voices.html", work=work, lines=lines, speakers=speakers(whose),
        waiting=[line for line in lines if line.waits], publishes=_may_publish(work),
        by=by, mute=isinstance(by, Missing),
    )  # fmt: skip


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
    waits = not _may_publish(work)
    keep_recording(
        part, work.course.ward_id, file, actor_id=author_id(),
        speaker=form.speaker.data or "", own_voice=form.whose.data == "mine", waits=waits,
    )  # fmt: skip
    flash("Đã lưu giọng đọc của đoạn này." + (" Người duyệt nghe xong thì bà con mới nghe." if waits else ""))
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


@pages.post(f"{HERE}/duyet")
@needs(Permission.PUBLISH_LESSONS)
def accept(course: str, lesson: str, number: int) -> Any:
    """Let the recordings that wait be heard, those that were there when this was asked; twice is once."""
    work = _work(course, lesson, number, Permission.PUBLISH_LESSONS)
    pairs = (one.partition(":") for one in request.form.get("da-nghe", "").split())
    listened = {part: mark for part, _, mark in pairs}
    here = {line.part for line in _lines(work)}
    marks = {part: mark for part, mark in listened.items() if part in here}
    if accepted := accept_recordings(marks, work.course.ward_id, actor_id=author_id()):
        flash(f"Từ giờ bà con nghe được {accepted} đoạn vừa duyệt, khi bài đã công bố.")
    return redirect(url_for(".parts", course=course, lesson=lesson, number=number), 303)


@pages.post(f"{HERE}/thoi-dung")
@needs(Permission.WRITE_LESSONS)
def withdraw(course: str, lesson: str, number: int) -> Any:
    """Delete every part that a volunteer reads, in all lessons: they agree no longer. Twice is once."""
    work = _work(course, lesson, number)
    name = one_line(request.form.get("speaker", ""))
    if gone := drop_recordings_of(name, work.course.ward_id, actor_id=author_id()):
        flash(f"Đã xóa hẳn {gone} đoạn do {name} đọc.")
    return redirect(url_for(".parts", course=course, lesson=lesson, number=number), 303)


# -- what the above is made of -------------------------------------------------------------------


def _work(course: str, lesson: str, number: int, permission: Permission = Permission.WRITE_LESSONS) -> Work:
    return queries.find_work(viewer_here(), course, lesson, number, permission) or abort(404)


def _may_publish(work: Work) -> bool:
    return queries.find_course(viewer_here(), work.course.slug, Permission.PUBLISH_LESSONS) is not None


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
    sounds = sounds_of((part for part, _ in made.parts), _ward_of(work), waiting=True)
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
    return sound is not None and sound.voice != Voice.MADE and sound.ward_id == whose


def _is_read(line: Line) -> bool:
    return line.sound is not None and line.sound.voice != Voice.MADE
