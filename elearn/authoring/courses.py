"""Courses and the lessons in them: made, described, put in order, taken out of use and offered again."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.authoring import queries, rules, shelf_queries
from elearn.authoring.forms import ApproveForm, CourseForm, LessonForm, NewCourseForm, ReasonForm, TextForm
from elearn.authoring.here import author_id, ward_id_for
from elearn.authoring.pasted import cleaned
from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.refused import Refused
from elearn.library import actions, revisions
from elearn.library.fact_queries import filled
from elearn.library.models import Course, Lesson
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here

pages = Blueprint("courses", __name__)

WRITE = Permission.WRITE_LESSONS


# -- a course ------------------------------------------------------------------------------------


@pages.get("/soan-bai/khoa-moi")
@needs(Permission.WRITE_LESSONS)
def new_course() -> Any:
    """Ask for what a new course needs to begin with."""
    return render_template("authoring/course_new.html", form=NewCourseForm(formdata=None))


@pages.post("/soan-bai/khoa-moi")
@needs(Permission.WRITE_LESSONS)
def make_course() -> Any:
    """Make a course of the ward."""
    form = NewCourseForm()
    if not form.validate():
        return render_template("authoring/course_new.html", form=form), 422
    ward_id = ward_id_for(WRITE)
    made = actions.new_course(
        ward_id, form.title.data, form.topic.data, form.audience.data, form.goal.data, author_id()
    )
    flash("Đã lưu khóa học. Giờ anh chị thêm bài đầu tiên.")
    return redirect(url_for("courses.course", course=made.slug), 303)


@pages.get("/soan-bai/khoa/<course>")
@needs(Permission.WRITE_LESSONS)
def course(course: str) -> Any:
    """Show a course: what it says about itself, its lessons in order, what may be done with it."""
    return _show_course(_course(course))


@pages.get("/soan-bai/khoa/<course>/sua")
@needs(Permission.WRITE_LESSONS)
def edit_course(course: str) -> Any:
    """Show what a course says about itself, to be changed."""
    found = _course_to_change(course)
    form = CourseForm(formdata=None, obj=found)
    form.confidence.data = "\n".join(found.confidence)
    return render_template("authoring/course_edit.html", course=found, form=form)


@pages.post("/soan-bai/khoa/<course>/sua")
@needs(Permission.WRITE_LESSONS)
def save_course(course: str) -> Any:
    """Keep what a course says about itself."""
    found, form = _course_to_change(course), CourseForm()
    if not form.validate():
        return render_template("authoring/course_edit.html", course=found, form=form), 422
    actions.save_course(found.id, author_id(), **form.details())
    flash("Đã lưu phần giới thiệu khóa học.")
    return redirect(url_for("courses.course", course=course), 303)


@pages.post("/soan-bai/khoa/<course>/duyet")
@needs(Permission.PUBLISH_LESSONS)
def approve(course: str) -> Any:
    """Record that the ward answers for a course of the project."""
    found, form = _course(course, Permission.PUBLISH_LESSONS), ApproveForm()
    if not form.validate():
        return _show_course(found, approval=form), 422
    actions.approve_course(found.id, author_id())
    flash("Đã lưu. Từ giờ khóa này là bản phường đã duyệt.")
    return redirect(url_for("courses.course", course=course), 303)


@pages.get("/soan-bai/khoa/<course>/ngung")
@needs(Permission.PUBLISH_LESSONS)
def stop_course(course: str) -> Any:
    """Ask why a course is no longer offered."""
    found = _course(course, Permission.PUBLISH_LESSONS)
    return render_template("authoring/stop.html", course=found, lesson=None, form=ReasonForm(formdata=None))


@pages.post("/soan-bai/khoa/<course>/ngung")
@needs(Permission.PUBLISH_LESSONS)
def retire_course(course: str) -> Any:
    """Stop offering a course."""
    found, form = _course(course, Permission.PUBLISH_LESSONS), ReasonForm()
    if form.validate() and _done(
        form, lambda: actions.retire_course(found.id, form.reason.data, author_id())
    ):
        flash("Đã lưu. Khóa này không còn hiện cho bà con; kết quả đã học vẫn giữ.")
        return redirect(url_for("courses.course", course=course), 303)
    return render_template("authoring/stop.html", course=found, lesson=None, form=form), 422


@pages.post("/soan-bai/khoa/<course>/dung-lai")
@needs(Permission.PUBLISH_LESSONS)
def offer_course(course: str) -> Any:
    """Offer a course again."""
    actions.offer_course_again(_course(course, Permission.PUBLISH_LESSONS).id, author_id())
    flash("Đã lưu. Khóa này lại hiện cho bà con.")
    return redirect(url_for("courses.course", course=course), 303)


# -- the lessons of a course ---------------------------------------------------------------------


@pages.post("/soan-bai/khoa/<course>/bai-moi")
@needs(Permission.WRITE_LESSONS)
def make_lesson(course: str) -> Any:
    """Make a lesson at the end of the course, and open its first draft."""
    found, form = _course(course), LessonForm()
    if not form.validate():
        return _show_course(found, lesson=form), 422
    draft = actions.new_lesson(found.id, form.title.data, author_id())
    slug = queries.slug_of(draft.lesson_id)
    flash("Đã tạo bài mới. Bài có sẵn khung: anh chị thay từng dòng bằng nội dung của mình.")
    return redirect(url_for("drafts.write", course=course, lesson=slug, number=draft.number), 303)


@pages.post("/soan-bai/khoa/<course>/thu-tu")
@needs(Permission.WRITE_LESSONS)
def reorder(course: str) -> Any:
    """Put the lessons in the order that the button stands for; a second tap asks for the same order."""
    found = _course_to_change(course)
    order = [int(one) for one in request.form.get("order", "").split(",") if one.isascii() and one.isdigit()]
    try:
        actions.reorder_lessons(found.id, order, author_id())
    except Refused as refused:
        return _show_course(found, sentence=str(refused)), 422
    flash("Đã lưu thứ tự mới của các bài.")
    return redirect(url_for("courses.course", course=course, _anchor="cac-bai"), 303)


@pages.get("/soan-bai/bai/<course>/<lesson>")
@needs(Permission.WRITE_LESSONS)
def lesson(course: str, lesson: str) -> Any:
    """Show a lesson: what is public, what is being written, and everything it ever said."""
    home, found = _lesson(course, lesson)
    return render_template(
        "authoring/lesson.html",
        course=home,
        lesson=found,
        history=queries.history_of(found.id),
        publishes=_may_publish(home),
    )


@pages.post("/soan-bai/bai/<course>/<lesson>/ban-nhap")
@needs(Permission.WRITE_LESSONS)
def open_draft(course: str, lesson: str) -> Any:
    """Open a draft of the public text, or the draft that is open already."""
    _, found = _lesson(course, lesson)
    draft = revisions.new_draft(found.id, author_id())
    return redirect(url_for("drafts.write", course=course, lesson=lesson, number=draft.number), 303)


@pages.get("/soan-bai/bai/<course>/<lesson>/dan-bai")
@needs(Permission.WRITE_LESSONS)
def bring_text(course: str, lesson: str) -> Any:
    """Ask for a text written elsewhere."""
    home, found = _lesson(course, lesson)
    return render_template("authoring/bring.html", course=home, lesson=found, form=TextForm(formdata=None))


@pages.post("/soan-bai/bai/<course>/<lesson>/dan-bai")
@needs(Permission.WRITE_LESSONS)
def take_text(course: str, lesson: str) -> Any:
    """Open a draft with a text that was pasted or came in a file."""
    home, found = _lesson(course, lesson)
    form = TextForm()
    text = form.brought() if form.validate() else None
    if text is None:
        return render_template("authoring/bring.html", course=home, lesson=found, form=form), 422
    clean = cleaned(text)
    draft = revisions.bring_draft(found.id, clean.text, author_id())
    changed = f" Máy đã {', '.join(clean.changes)}." if clean.changes else ""
    flash(f"Đã lưu thành bản nháp số {draft.number}.{changed}")
    return redirect(url_for("drafts.write", course=course, lesson=lesson, number=draft.number), 303)


@pages.get("/soan-bai/bai/<course>/<lesson>/ngung")
@needs(Permission.PUBLISH_LESSONS)
def stop_lesson(course: str, lesson: str) -> Any:
    """Ask why a lesson is no longer offered."""
    home, found = _lesson(course, lesson, Permission.PUBLISH_LESSONS)
    return render_template("authoring/stop.html", course=home, lesson=found, form=ReasonForm(formdata=None))


@pages.post("/soan-bai/bai/<course>/<lesson>/ngung")
@needs(Permission.PUBLISH_LESSONS)
def retire_lesson(course: str, lesson: str) -> Any:
    """Stop offering a lesson."""
    home, found = _lesson(course, lesson, Permission.PUBLISH_LESSONS)
    form = ReasonForm()
    if form.validate() and _done(
        form, lambda: actions.retire_lesson(found.id, form.reason.data, author_id())
    ):
        flash("Đã lưu. Bài này không còn hiện cho bà con; kết quả đã học vẫn giữ.")
        return redirect(url_for("courses.lesson", course=course, lesson=lesson), 303)
    return render_template("authoring/stop.html", course=home, lesson=found, form=form), 422


@pages.post("/soan-bai/bai/<course>/<lesson>/dung-lai")
@needs(Permission.PUBLISH_LESSONS)
def offer_lesson(course: str, lesson: str) -> Any:
    """Offer a lesson again."""
    _, found = _lesson(course, lesson, Permission.PUBLISH_LESSONS)
    actions.offer_lesson_again(found.id, author_id())
    flash("Đã lưu. Bài này lại hiện cho bà con.")
    return redirect(url_for("courses.lesson", course=course, lesson=lesson), 303)


# -- what the above is made of -------------------------------------------------------------------


def _show_course(
    found: Course,
    *,
    lesson: LessonForm | None = None,
    approval: ApproveForm | None = None,
    sentence: str = "",
) -> str:
    state = shelf_queries.state_of(found)
    return render_template(
        "authoring/course.html",
        course=found,
        call=filled(found.loudspeaker, found.ward_id or ward_id_for(WRITE), today()),
        state=state,
        orders=rules.orders_after_a_step([one.id for one in state.lessons]),
        lesson_form=lesson or LessonForm(formdata=None),
        approval=approval or ApproveForm(formdata=None),
        sentence=sentence,
        remarks=shelf_queries.remarks_on_course(found, ward_id_for(WRITE)),
        publishes=_may_publish(found),
        may_change=_may_change(found),
    )


def _done(form: ReasonForm, act: Callable[[], None]) -> bool:
    """Do it; where it is refused, say so beside the reason."""
    try:
        act()
    except Refused as refused:
        form.reason.errors = [str(refused)]
        return False
    return True


def _course(slug: str, permission: Permission = Permission.WRITE_LESSONS) -> Course:
    return queries.find_course(viewer_here(), slug, permission) or abort(404)


def _course_to_change(slug: str) -> Course:
    """Return a course whose description and order this viewer may change."""
    found = _course(slug)
    if not _may_change(found):
        abort(403)
    return found


def _may_change(found: Course) -> bool:
    """May this viewer change what the public sees at once, without a second reader?"""
    return _may_publish(found) or not shelf_queries.state_of(found).is_public


def _may_publish(found: Course) -> bool:
    return queries.find_course(viewer_here(), found.slug, Permission.PUBLISH_LESSONS) is not None


def _lesson(
    course: str, lesson: str, permission: Permission = Permission.WRITE_LESSONS
) -> tuple[Course, Lesson]:
    return queries.find_lesson(viewer_here(), course, lesson, permission) or abort(404)
