"""A revision on its way to the public and after: read, compared, handed in, returned, published, kept."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from elearn.authoring import queries, rules
from elearn.authoring.forms import OutsideForm, PublishForm, ReasonForm
from elearn.authoring.here import author_id
from elearn.authoring.queries import Past, Work
from elearn.kit.access import needs
from elearn.kit.clock import now
from elearn.kit.refused import Refused
from elearn.library import revisions
from elearn.library.publishing import confirm, publish, record_outside_review, remarks_on
from elearn.library.rules import OPEN, why_not_publish
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here

pages = Blueprint("review", __name__)

HERE = "/soan-bai/ban/<course>/<lesson>/<int:number>"


@pages.get(HERE)
@needs(Permission.WRITE_LESSONS)
def revision(course: str, lesson: str, number: int) -> Any:
    """Show a revision whole: its text, what changed, what the checker says, and what may be done with it."""
    return _show(_work(course, lesson, number))


@pages.get(f"{HERE}.md")
@needs(Permission.WRITE_LESSONS)
def text_file(course: str, lesson: str, number: int) -> Any:
    """Send the text as a file, to the byte."""
    work = _work(course, lesson, number)
    return Response(
        work.text.encode(),
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{lesson}-ban-{number}.md"'},
    )


@pages.post(f"{HERE}/gui-duyet")
@needs(Permission.WRITE_LESSONS)
def submission(course: str, lesson: str, number: int) -> Any:
    """Hand a draft in for review."""
    sentence = "Đã gửi. Người duyệt sẽ thấy bài này ở đầu trang Soạn bài."
    return _do(_work(course, lesson, number), revisions.submit_for_review, sentence)


@pages.post(f"{HERE}/rut-lai")
@needs(Permission.WRITE_LESSONS)
def withdrawal(course: str, lesson: str, number: int) -> Any:
    """Take a draft back from review."""
    return _do(_work(course, lesson, number), revisions.take_back, "Đã rút bài về để viết tiếp.")


@pages.post(f"{HERE}/tra-lai")
@needs(Permission.PUBLISH_LESSONS)
def return_(course: str, lesson: str, number: int) -> Any:
    """Send a draft back to its writer with a word on what to mend."""
    work, form = _work(course, lesson, number, Permission.PUBLISH_LESSONS), ReasonForm(prefix="tra-lai-")
    if not form.validate():
        return _show(work, returning=form), 422
    try:
        revisions.return_to_author(work.revision.id, form.reason.data, author_id())
    except Refused as refused:
        form.reason.errors = [str(refused)]
        return _show(work, returning=form), 422
    flash("Đã trả bài lại cho người soạn, kèm lời nhắn.")
    return redirect(url_for("authoring.shelf"), 303)


@pages.post(f"{HERE}/cong-bo")
@needs(Permission.PUBLISH_LESSONS)
def publication(course: str, lesson: str, number: int) -> Any:
    """Open a revision to everyone; a second tap changes nothing."""
    work, form = _work(course, lesson, number, Permission.PUBLISH_LESSONS), PublishForm()
    if not form.validate():
        return _show(work, publishing=form), 422
    alone = author_id() in work.writers
    sentence = why_not_publish(work.revision.state, alone, form.reason.data or "")
    if alone and sentence and work.revision.state in OPEN:
        form.reason.errors = [sentence]
        return _show(work, publishing=form), 422
    try:
        publish(
            work.revision.id,
            author_id(),
            -1 if form.saves.data is None else int(form.saves.data),
            reason=form.reason.data or "",
            warnings_read=bool(form.warnings_read.data),
        )
    except Refused as refused:
        work = _work(course, lesson, number, Permission.PUBLISH_LESSONS)
        return _show(work, publishing=form, sentence=str(refused)), 422
    flash("Đã công bố. Bà con đọc được bài này ngay bây giờ.")
    return redirect(url_for(".revision", course=course, lesson=lesson, number=number), 303)


@pages.post(f"{HERE}/xac-nhan")
@needs(Permission.PUBLISH_LESSONS)
def confirmation(course: str, lesson: str, number: int) -> Any:
    """Record that a second person has read what somebody published alone."""
    work = _work(course, lesson, number, Permission.PUBLISH_LESSONS)
    return _do(work, confirm, "Đã ghi nhận anh chị là người đọc thứ hai.")


@pages.post(f"{HERE}/doc-ngoai")
@needs(Permission.PUBLISH_LESSONS)
def outside_review(course: str, lesson: str, number: int) -> Any:
    """Record who outside the ward has read a revision."""
    work, form = _work(course, lesson, number, Permission.PUBLISH_LESSONS), OutsideForm()
    if not form.validate():
        return _show(work, outside=form), 422
    read = (form.reviewer.data, form.reviewed_on.data, form.next_review.data)
    return _do(
        work,
        lambda revision_id, who: record_outside_review(revision_id, *read, who),
        "Đã ghi người đọc duyệt bên ngoài.",
    )


@pages.post(f"{HERE}/khoi-phuc")
@needs(Permission.WRITE_LESSONS)
def restoration(course: str, lesson: str, number: int) -> Any:
    """Open a draft with the text of an old revision."""
    work = _work(course, lesson, number)
    draft = revisions.restore(work.revision.id, author_id())
    flash(f"Đã mở bản nháp số {draft.number} với chữ của bản số {number}. Bản số {number} vẫn như cũ.")
    return redirect(url_for("drafts.write", course=course, lesson=lesson, number=draft.number), 303)


@pages.post(f"{HERE}/bo")
@needs(Permission.WRITE_LESSONS)
def disposal(course: str, lesson: str, number: int) -> Any:
    """Put a draft away; it can be had back from the history."""
    sentence = "Đã cất bản nháp. Muốn lấy lại thì chạm “Mở lại thành bản nháp”."
    return _do(_work(course, lesson, number), revisions.drop_draft, sentence)


# -- what the above is made of -------------------------------------------------------------------


def _do(work: Work, act: Callable[[int, int], None], done: str) -> Any:
    """Do it to the revision and come back to it; where it is refused, say why on the page."""
    course, lesson, number = work.course.slug, work.lesson.slug, work.revision.number
    try:
        act(work.revision.id, author_id())
    except Refused as refused:
        return _show(_work(course, lesson, number), sentence=str(refused)), 422
    flash(done)
    return redirect(url_for(".revision", course=course, lesson=lesson, number=number), 303)


def _show(
    work: Work,
    *,
    publishing: PublishForm | None = None,
    returning: ReasonForm | None = None,
    outside: OutsideForm | None = None,
    sentence: str = "",
) -> str:
    is_open = work.revision.state in OPEN
    history = queries.history_of(work.lesson.id)
    other = _compared_with(work, history)
    old = queries.text_of(work.lesson.id, other.number) if other else ""
    changes = rules.changed_lines(old, work.text) if other else []
    shown = rules.shown_of(changes)
    remarks = rules.worst_first(remarks_on(work.revision.id)) if is_open else []
    publishes = queries.find_course(viewer_here(), work.course.slug, Permission.PUBLISH_LESSONS) is not None
    return render_template(
        "authoring/revision.html",
        work=work,
        open=is_open,
        sentence=sentence,
        history=history,
        other=other,
        changes=shown,
        unshown=len(changes) - len(shown),
        remarks=remarks[: rules.MOST_REMARKS],
        more=max(0, len(remarks) - rules.MOST_REMARKS),
        errors=sum(remark.severity == "error" for remark in remarks),
        warnings=sum(remark.severity != "error" for remark in remarks),
        lines=rules.listed(work.text, remarks[: rules.MOST_REMARKS]),
        publishes=publishes,
        alone=author_id() in work.writers,
        publishing=publishing or PublishForm(formdata=None, data={"saves": work.revision.saves}),
        returning=returning or ReasonForm(formdata=None, prefix="tra-lai-"),
        outside=outside or _outside_form(work),
        beside=is_open
        and work.revision.saved_by_id not in (None, author_id())
        and rules.saved_just_now(work.revision.saved_at, now()),
    )


def _outside_form(work: Work) -> OutsideForm:
    revision = work.revision
    return OutsideForm(
        formdata=None,
        data={
            "reviewer": revision.outside_reviewer,
            "reviewed_on": revision.outside_reviewed_on,
            "next_review": revision.next_review,
        },
    )


def _compared_with(work: Work, history: list[Past]) -> Past | None:
    """Return the revision to compare with: the one asked for, else the public one, else the one before."""
    others = [past for past in history if past.number != work.revision.number]
    asked = request.args.get("voi", "")
    for past in others:
        if asked.isascii() and asked.isdigit() and past.number == int(asked[:9]):
            return past
    if work.revision.state in OPEN:
        for past in others:
            if past.state == "published":
                return past
    return next((past for past in others if past.number < work.revision.number), None)


def _work(course: str, lesson: str, number: int, permission: Permission = Permission.WRITE_LESSONS) -> Work:
    return queries.find_work(viewer_here(), course, lesson, number, permission) or abort(404)
