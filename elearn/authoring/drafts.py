"""The desk itself: a draft is written, saved, seen as a phone shows it; two writers of one draft are told."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.authoring import queries, rules
from elearn.authoring.examples import EXAMPLES
from elearn.authoring.forms import DraftForm
from elearn.authoring.here import author_id, ward_id_for
from elearn.authoring.pasted import cleaned
from elearn.authoring.queries import Work
from elearn.kit.access import needs
from elearn.kit.clock import now, today
from elearn.kit.domains import destination
from elearn.kit.formats import as_moment
from elearn.kit.markup import TooHeavy
from elearn.kit.refused import Refused
from elearn.library import publishing, revisions
from elearn.library.document.model import LessonDocument
from elearn.library.document.practice import ROUND_NAMES, ROUNDS
from elearn.library.document.read import parse
from elearn.library.fact_queries import facts_of
from elearn.library.practice_queries import PracticePage
from elearn.library.ready import Ready, make_ready
from elearn.library.rules import OPEN, Conflict
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here

pages = Blueprint("drafts", __name__)

HERE = "/soan-bai/ban/<course>/<lesson>/<int:number>"


@pages.get(f"{HERE}/viet")
@needs(Permission.WRITE_LESSONS)
def write(course: str, lesson: str, number: int) -> Any:
    """Show the text of a draft to be written on, with what the checker says about it."""
    work = _work(course, lesson, number)
    if work.revision.state not in OPEN:
        return redirect(url_for("review.revision", course=course, lesson=lesson, number=number))
    form = DraftForm(formdata=None, data={"text": work.text, "saves": work.revision.saves})
    return _show(work, form)


@pages.post(f"{HERE}/viet")
@needs(Permission.WRITE_LESSONS)
def save(course: str, lesson: str, number: int) -> Any:
    """Keep the text, and go on writing or see it as a phone shows it."""
    work, form = _work(course, lesson, number), DraftForm()
    clean = cleaned(request.form.get("text", ""))
    form.text.data = clean.text
    if not form.validate():
        return _show(work, form), 422
    if request.form.get("go") == "apart":
        draft = revisions.bring_draft(work.lesson.id, clean.text, author_id())
        flash(f"Đã lưu thành bản nháp số {draft.number}.")
        return redirect(url_for(".write", course=course, lesson=lesson, number=draft.number), 303)
    try:
        saved = revisions.save_draft(work.revision.id, clean.text, _saves(form), author_id())
    except Conflict as conflict:
        return _show_both(work, conflict)
    except Refused as refused:
        return _show(work, form, sentence=str(refused)), 422
    changed = f" Máy đã {', '.join(clean.changes)}." if clean.changes else ""
    flash(f"Đã lưu bản nháp lúc {as_moment(saved.saved_at)[-5:]}.{changed}")
    page = ".preview" if request.form.get("go") == "preview" else ".write"
    return redirect(url_for(page, course=course, lesson=lesson, number=number), 303)


@pages.post(f"{HERE}/hai-ban")
@needs(Permission.WRITE_LESSONS)
def settlement(course: str, lesson: str, number: int) -> Any:
    """End a conflict the way the writer chose; the other text stays in the history."""
    work, form = _work(course, lesson, number), DraftForm()
    text = cleaned(request.form.get("text", "")).text
    form.text.data = text
    if not form.validate():
        return _show(work, form), 422
    try:
        if request.form.get("way") == "mine":
            revisions.take_mine(work.revision.id, text, _saves(form), author_id())
            flash("Đã lưu bản của anh chị. Bản kia nằm trong phần “Các bản đã có” của bài.")
        elif request.form.get("way") == "theirs":
            revisions.take_theirs(work.revision.id, text, author_id())
            flash("Giữ bản của đồng nghiệp. Bản của anh chị nằm trong phần “Các bản đã có” của bài.")
        else:
            draft = revisions.bring_draft(work.lesson.id, text, author_id())
            flash(f"Đã lưu bản của anh chị thành bản nháp số {draft.number}; bản kia còn nguyên.")
            return redirect(url_for(".write", course=course, lesson=lesson, number=draft.number), 303)
    except Conflict as conflict:
        return _show_both(work, conflict)
    except Refused as refused:
        return _show(work, form, sentence=str(refused)), 422
    return redirect(url_for(".write", course=course, lesson=lesson, number=number), 303)


@pages.get(f"{HERE}/xem-truoc")
@needs(Permission.WRITE_LESSONS)
def preview(course: str, lesson: str, number: int) -> Any:
    """Show a text as a phone shows it, made by the same code as a publication; below it the key."""
    work = _work(course, lesson, number)
    reading = parse(work.text)
    try:
        made, heavy = _laid_out(work, reading.document), ""
    except TooHeavy as too_heavy:
        made, heavy = None, str(too_heavy)
    return render_template(
        "authoring/preview.html", work=work, document=reading.document, made=made, heavy=heavy,
        faults=len(reading.remarks), open=work.revision.state in OPEN,
    )  # fmt: skip


@pages.get(f"{HERE}/thuc-hanh/<name>")
@needs(Permission.WRITE_LESSONS)
def practice(course: str, lesson: str, number: int, name: str) -> Any:
    """Let who writes a practice play it as a learner would, before anybody publishes it; nothing is kept."""
    work, round_ = _work(course, lesson, number), ROUNDS.get(name) or abort(404)
    try:
        played = _laid_out(work, parse(work.text).document).practice or abort(404)
    except TooHeavy:
        abort(404)
    rounds = [(each, ROUND_NAMES[one], one == round_) for each, one in ROUNDS.items()]
    page = PracticePage(
        course, work.course.title, work.lesson.id, lesson, work.revision.title, work.lesson.short, played
    )
    draft = {"course": course, "lesson": lesson, "number": number}
    return render_template("learning/practice.html", page=page, round=round_, rounds=rounds, draft=draft)


@pages.get(f"{HERE}/roi-trang")
@needs(Permission.WRITE_LESSONS)
def leaving(course: str, lesson: str, number: int) -> Any:
    """Show what residents will see before a link of this text opens another site."""
    work, address = _work(course, lesson, number), request.args.get("toi", "")
    try:
        links = _laid_out(work, parse(work.text).document).links
    except TooHeavy:
        links = []
    if address not in links:
        abort(404)
    return render_template("authoring/leaving.html", work=work, to=destination(address))


# -- what the above is made of -------------------------------------------------------------------


def _laid_out(work: Work, document: LessonDocument) -> Ready:
    place = {"course": work.course.slug, "lesson": work.lesson.slug, "number": work.revision.number}
    facts = facts_of(ward_id_for(Permission.WRITE_LESSONS))
    return make_ready(document, facts, today(), work.course.slug, url_for(".leaving", **place) + "?toi=")


def _show(work: Work, form: DraftForm, *, sentence: str = "") -> str:
    text = form.text.data or ""
    remarks = rules.worst_first(publishing.remarks_on(work.revision.id, text))
    colleague = work.revision.saved_by_id not in (None, author_id())
    return render_template(
        "authoring/draft.html",
        work=work,
        form=form,
        sentence=sentence,
        remarks=remarks[: rules.MOST_REMARKS],
        more=max(0, len(remarks) - rules.MOST_REMARKS),
        errors=sum(remark.severity == "error" for remark in remarks),
        warnings=sum(remark.severity != "error" for remark in remarks),
        lines=rules.listed(text, remarks[: rules.MOST_REMARKS]),
        examples=EXAMPLES,
        facts=[
            (fact, fact.is_shown(today()))
            for fact in facts_of(ward_id_for(Permission.WRITE_LESSONS)).values()
        ],
        beside=colleague and rules.saved_just_now(work.revision.saved_at, now()),
        becomes_writer=work.revision.state == "in_review" and author_id() not in work.writers,
    )


def _show_both(work: Work, conflict: Conflict) -> Any:
    pairs = rules.side_by_side(conflict.mine, conflict.theirs)
    whole = rules.fits_one_page(pairs)
    page = render_template(
        "authoring/conflict.html",
        work=work,
        conflict=conflict,
        colleague=queries.name_of(conflict.saved_by_id) or "Đồng nghiệp",
        pairs=pairs if whole else [pair for pair in pairs if not pair.same][: rules.MOST_SHOWN],
        whole=whole,
        form=DraftForm(formdata=None, data={"text": conflict.mine, "saves": conflict.saves}),
    )
    return page, 409


def _saves(form: DraftForm) -> int:
    return -1 if form.saves.data is None else int(form.saves.data)


def _work(course: str, lesson: str, number: int) -> Work:
    return queries.find_work(viewer_here(), course, lesson, number, Permission.WRITE_LESSONS) or abort(404)
