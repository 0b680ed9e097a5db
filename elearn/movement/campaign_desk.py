"""The pages on which campaigns are made, followed by their true counts, and frozen for the award."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.lists import part_of
from elearn.kit.refused import Refused
from elearn.movement import campaign_queries as queries
from elearn.movement import campaign_rules as rules
from elearn.movement import campaigns as actions
from elearn.movement.campaign_forms import CampaignForm
from elearn.movement.campaign_queries import CampaignCard, FrozenCopy
from elearn.movement.merit_queries import merit_of
from elearn.people.models import GroupKind
from elearn.people.permissions import Permission
from elearn.people.queries import group_choices
from elearn.people.session import viewer_here, ward_here
from elearn.progress.setting_queries import courses_with_results

pages = Blueprint("campaign_desk", __name__)

SEE, RUN = Permission.SEE_COUNTS, Permission.RUN_CAMPAIGNS


@pages.get("/phong-trao/chien-dich")
@needs(SEE)
def campaigns() -> Any:
    """List the campaigns of the ward, and offer to make one to who may."""
    viewer, ward_id, day = viewer_here(), ward_here().id, today()
    part = part_of(queries.campaigns_seen_by(viewer, ward_id), _page())
    states = {line.id: rules.state_of(line.since, line.until, day) for line in part.rows}
    running = queries.with_choices(ward_id, [line for line in part.rows if states[line.id] == "running"])
    return render_template(
        "movement/campaigns.html",
        part=part,
        states=states,
        done={
            card.id: _reached(card, rules.total_of(queries.lines_of(card, ward_id, day))) for card in running
        },
        today=day,
        days_left=rules.days_left,
        measures=rules.MEASURES,
        may_run=viewer.may_in(RUN, ward_id=ward_id),
    )


@pages.get("/phong-trao/chien-dich/moi")
@needs(RUN)
def new() -> Any:
    """Offer the form of a new campaign."""
    _may_run_here()
    return _form_page(_offered(CampaignForm(formdata=None)), None)


@pages.post("/phong-trao/chien-dich/moi")
@needs(RUN)
def make() -> Any:
    """Make a campaign."""
    _may_run_here()
    form = _offered(CampaignForm())
    if not form.validate():
        return _form_page(form, None), 422
    made = actions.make_campaign(viewer_here(), ward_here().id, form.terms())
    if made is None:
        abort(404)
    flash("Đã lưu. Trang cho mọi người đã mở; anh chị gửi đường link của trang ấy đi được.")
    return redirect(url_for("campaign_desk.campaign", campaign_id=made), 303)


@pages.get("/phong-trao/chien-dich/<int:campaign_id>")
@needs(SEE)
def campaign(campaign_id: int) -> Any:
    """Show how far a campaign has come: true counts by group, as of today."""
    return _campaign(_found(campaign_id))


@pages.get("/phong-trao/chien-dich/<int:campaign_id>/sua")
@needs(RUN)
def edit(campaign_id: int) -> Any:
    """Show what is set of a campaign in a form."""
    card = _found_to_run(campaign_id)
    known = card._asdict() | {"courses": [one.id for one in card.courses], "groups": list(card.group_ids)}
    return _form_page(_offered(CampaignForm(formdata=None, data=known), card), card)


@pages.post("/phong-trao/chien-dich/<int:campaign_id>/sua")
@needs(RUN)
def change(campaign_id: int) -> Any:
    """Keep what was changed of a campaign."""
    card = _found_to_run(campaign_id)
    form = _offered(CampaignForm(), card)
    if not form.validate():
        return _form_page(form, card), 422
    if not actions.change_campaign(viewer_here(), ward_here().id, card.id, form.terms()):
        abort(404)
    flash("Đã lưu.")
    return redirect(url_for("campaign_desk.campaign", campaign_id=card.id), 303)


@pages.get("/phong-trao/chien-dich/<int:campaign_id>/bo")
@needs(RUN)
def to_drop(campaign_id: int) -> Any:
    """Ask once more before a campaign is taken away, and say when it can no longer be."""
    card = _found_to_run(campaign_id)
    return render_template("movement/campaign_drop.html", campaign=card, frozen=queries.frozen_of(card.id))


@pages.post("/phong-trao/chien-dich/<int:campaign_id>/bo")
@needs(RUN)
def drop(campaign_id: int) -> Any:
    """Take a campaign away."""
    card = _found_to_run(campaign_id)
    try:
        dropped = actions.drop_campaign(viewer_here(), ward_here().id, card.id)
    except Refused as refused:
        return _campaign(card, str(refused)), 422
    if not dropped:
        abort(404)
    flash(f"Đã bỏ chiến dịch “{card.name}”.")
    return redirect(url_for("campaign_desk.campaigns"), 303)


@pages.get("/phong-trao/chien-dich/<int:campaign_id>/chot")
@needs(RUN)
def to_freeze(campaign_id: int) -> Any:
    """Say what freezing means, and ask once more: it cannot be undone."""
    card = _found_to_run(campaign_id)
    over = rules.state_of(card.since, card.until, today()) == "over"
    return render_template(
        "movement/campaign_freeze.html", campaign=card, over=over, frozen=queries.frozen_of(card.id)
    )


@pages.post("/phong-trao/chien-dich/<int:campaign_id>/chot")
@needs(RUN, fresh=True)
def freeze(campaign_id: int) -> Any:
    """Freeze the figures of a campaign."""
    card = _found_to_run(campaign_id)
    try:
        number = actions.freeze_campaign(viewer_here(), ward_here().id, card.id)
    except Refused as refused:
        return _campaign(card, str(refused)), 422
    if number is None:
        abort(404)
    flash(f"Đã chốt số liệu lần {number}. Bản này không sửa được nữa.")
    return redirect(url_for("campaign_desk.frozen", campaign_id=card.id, number=number), 303)


@pages.get("/phong-trao/chien-dich/<int:campaign_id>/ban-chot/<int:number>")
@needs(SEE)
def frozen(campaign_id: int, number: int) -> Any:
    """Lay a frozen copy out for the printer, and say what has been corrected since."""
    card = _found(campaign_id)
    copy = queries.find_frozen(card.id, number)
    if copy is None:
        abort(404)
    return render_template(
        "movement/campaign_frozen.html",
        campaign=card,
        copy=copy,
        corrected=_corrected(card, copy),
        changed=rules.changed_terms(copy.figures, queries.terms_of(card)),
        measures=rules.MEASURES,
        counted=rules.COUNTED,
    )


@pages.get("/phong-trao/chien-dich/<int:campaign_id>/danh-sach-khen")
@needs(RUN, fresh=True)
def merit(campaign_id: int) -> Any:
    """Lay the merit list out for the printer; that it was read is put into the audit."""
    card, day = _found_to_run(campaign_id), today()
    actions.note_merit_list(viewer_here(), ward_here().id, card.id)
    return render_template(
        "movement/campaign_merit.html",
        campaign=card,
        until=min(card.until, day),
        over=rules.state_of(card.since, card.until, day) == "over",
        groups=merit_of(card, ward_here().id, day),
        frozen=queries.frozen_of(card.id)[:1],
        office=ward_here().office_name or ward_here().name,
    )


def _reached(card: CampaignCard, total: rules.Line) -> tuple[int, float]:
    """Return what a campaign has reached, and how much of its target that is."""
    done = getattr(total, card.measure)
    return done, rules.share_of(done, card.target)


def _corrected(card: CampaignCard, copy: FrozenCopy) -> list[rules.Difference]:
    return rules.differences(copy.figures["lines"], queries.lines_of(card, ward_here().id, today()))


def _campaign(card: CampaignCard, refusal: str = "") -> str:
    viewer, ward_id, day = viewer_here(), ward_here().id, today()
    lines = queries.lines_of(card, ward_id, day)
    total = rules.total_of(lines)
    done, share = _reached(card, total)
    return render_template(
        "movement/campaign_followed.html",
        campaign=card,
        refusal=refusal,
        state=rules.state_of(card.since, card.until, day),
        until=min(card.until, day),
        measure=rules.MEASURES[card.measure],
        done=done,
        share=share,
        part=part_of(lines, _page()),
        total=total,
        counted=rules.COUNTED,
        told=rules.TOLD,
        left=rules.days_left(card.until, day),
        frozen=queries.frozen_of(card.id),
        may_run=viewer.may_in(RUN, ward_id=ward_id),
    )


def _found(campaign_id: int) -> CampaignCard:
    card = queries.find_campaign_seen_by(viewer_here(), ward_here().id, campaign_id)
    if card is None:
        abort(404)
    return card


def _found_to_run(campaign_id: int) -> CampaignCard:
    """Find a campaign for who may run it here: running those of another ward is not enough."""
    card = _found(campaign_id)
    _may_run_here()
    return card


def _may_run_here() -> None:
    if not viewer_here().may_in(RUN, ward_id=ward_here().id):
        abort(404)


def _offered(form: CampaignForm, card: CampaignCard | None = None) -> CampaignForm:
    """Fill the lists; a group that a campaign has chosen stays in it when it no longer exists."""
    ward_id = ward_here().id
    groups = [one for one in group_choices(ward_id, today()) if one.kind == GroupKind.REGULAR]
    form.offer(courses_with_results(ward_id), groups, card.group_ids if card else ())
    return form


def _form_page(form: CampaignForm, card: CampaignCard | None) -> str:
    return render_template("movement/campaign_form.html", form=form, campaign=card)


def _page() -> str | None:
    return request.args.get("trang")
