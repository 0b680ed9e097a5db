"""Writes of campaigns: one is made, changed, and its figures are frozen for the award."""

from datetime import date
from typing import Any

from sqlalchemy import delete, select

from elearn.kit.audit import record, record_view
from elearn.kit.clock import now, today
from elearn.kit.db import db, lock, transaction
from elearn.kit.formats import as_day
from elearn.kit.refused import Refused
from elearn.kit.seals import seal_of, sealed_text
from elearn.kit.words import slug
from elearn.library.rules import free_slug
from elearn.movement import campaign_queries as queries
from elearn.movement import campaign_rules as rules
from elearn.movement.campaign_models import Campaign, CampaignCourse, CampaignGroup, FrozenCampaign
from elearn.movement.campaign_rules import Terms
from elearn.people.models import Ward
from elearn.people.permissions import Permission, Viewer


def make_campaign(viewer: Viewer, ward_id: int, terms: Terms) -> int | None:
    """Make a campaign and return its id; None where not allowed. The same name and days are the same one."""
    if not viewer.may_in(Permission.RUN_CAMPAIGNS, ward_id=ward_id):
        return None
    with transaction():
        lock(Ward, ward_id)  # a second tap waits here and finds what the first has made
        same = select(Campaign.id).where(
            Campaign.ward_id == ward_id, Campaign.name == terms.name,
            Campaign.since == terms.since, Campaign.until == terms.until,
        )  # fmt: skip
        if (found := db.session.scalar(same)) is not None:
            return found
        taken = set(db.session.scalars(select(Campaign.slug).where(Campaign.ward_id == ward_id)))
        campaign = Campaign(
            ward_id=ward_id, slug=free_slug(slug(terms.name) or "chien-dich", taken),
            made_by_id=viewer.person_id, **_columns(terms),
        )  # fmt: skip
        db.session.add(campaign)
        db.session.flush()
        _choose(campaign, terms)
        record("make campaign", "campaign", campaign.id, actor_id=viewer.person_id, ward_id=ward_id)
    return campaign.id


def change_campaign(viewer: Viewer, ward_id: int, campaign_id: int, terms: Terms) -> bool:
    """Change what is set of a campaign, not its address; return whether there is such a one in reach.

    What was frozen before stays as it was frozen.
    """
    with transaction():
        campaign = _locked(viewer, ward_id, campaign_id)
        if campaign is None:
            return False
        before = _columns(_terms_of(campaign))
        changed = [name for name, value in _columns(terms).items() if before[name] != value]
        chosen = _terms_of(campaign)
        changed += [name for name in ("courses", "groups") if getattr(chosen, name) != getattr(terms, name)]
        if changed:
            for name, value in _columns(terms).items():
                setattr(campaign, name, value)
            _choose(campaign, terms)
            record(
                "change campaign", "campaign", campaign.id,
                actor_id=viewer.person_id, ward_id=ward_id, fields=changed,
            )  # fmt: skip
    return True


def drop_campaign(viewer: Viewer, ward_id: int, campaign_id: int) -> bool:
    """Take away a campaign that was made by mistake; return whether there was such a one in reach.

    Raise Refused for one whose figures were frozen: they were given to others.
    """
    with transaction():
        campaign = _locked(viewer, ward_id, campaign_id)
        if campaign is None:
            return False
        if queries.frozen_of(campaign.id):
            raise Refused("Chiến dịch này đã chốt số liệu để khen nên không bỏ được.")
        _choose(campaign, _terms_of(campaign)._replace(courses=(), groups=()))
        db.session.delete(campaign)
        record("drop campaign", "campaign", campaign_id, actor_id=viewer.person_id, ward_id=ward_id)
    return True


def freeze_campaign(viewer: Viewer, ward_id: int, campaign_id: int) -> int | None:
    """Keep the figures of today under a seal; return the number of the copy, None where out of reach.

    The same figures on the same day are the same copy. Raise Refused before the last day is over.
    """
    with transaction():
        if _locked(viewer, ward_id, campaign_id) is None:
            return None
        card = queries.find_campaign_seen_by(viewer, ward_id, campaign_id)
        if card is None:
            return None
        day = today()
        if rules.state_of(card.since, card.until, day) != "over":
            raise Refused(
                f"Chiến dịch còn đến hết ngày {as_day(card.until)}. Từ hôm sau anh chị chốt được số liệu."
            )
        number, newest = queries.newest_frozen_text(card.id)
        text = sealed_text(figures_of(card, ward_id, day))
        if text == newest:
            return number
        copy = FrozenCampaign(
            campaign_id=card.id, number=number + 1, figures=text, seal=seal_of(text),
            frozen_by_id=viewer.person_id, frozen_at=now(),
        )  # fmt: skip
        db.session.add(copy)
        record(
            "freeze campaign", "campaign", card.id,
            actor_id=viewer.person_id, ward_id=ward_id, number=copy.number, seal=copy.seal,
        )  # fmt: skip
    return number + 1


def note_merit_list(viewer: Viewer, ward_id: int, campaign_id: int) -> None:
    """Record that somebody read the merit list, which has names on it."""
    record_view("view merit list", "campaign", campaign_id, actor_id=viewer.person_id, ward_id=ward_id)


def figures_of(card: queries.CampaignCard, ward_id: int, day: date) -> dict[str, Any]:
    """Return everything that is frozen of a campaign: what was set, and the true counts by group."""
    lines = queries.lines_of(card, ward_id, day)
    return queries.terms_of(card) | {
        "as_of": day.isoformat(),
        "lines": [line._asdict() for line in lines],
        "total": rules.total_of(lines)._asdict(),
    }


def _locked(viewer: Viewer, ward_id: int, campaign_id: int) -> Campaign | None:
    if not viewer.may_in(Permission.RUN_CAMPAIGNS, ward_id=ward_id):
        return None
    campaign: Campaign | None = lock(Campaign, campaign_id)
    return campaign if campaign is not None and campaign.ward_id == ward_id else None


def _columns(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in ("name", "since", "until", "measure", "target")}


def _terms_of(campaign: Campaign) -> Terms:
    courses = select(CampaignCourse.course_id).where(CampaignCourse.campaign_id == campaign.id)
    groups = select(CampaignGroup.group_id).where(CampaignGroup.campaign_id == campaign.id)
    return Terms(
        campaign.name, campaign.since, campaign.until, campaign.measure, campaign.target,
        tuple(sorted(db.session.scalars(courses))), tuple(sorted(db.session.scalars(groups))),
    )  # fmt: skip


def _choose(campaign: Campaign, terms: Terms) -> None:
    """Let the campaign have these courses and groups and no others."""
    for model in (CampaignCourse, CampaignGroup):
        db.session.execute(delete(model).where(model.campaign_id == campaign.id))
    db.session.add_all(CampaignCourse(campaign_id=campaign.id, course_id=one) for one in terms.courses)
    db.session.add_all(
        CampaignGroup(campaign_id=campaign.id, ward_id=campaign.ward_id, group_id=one) for one in terms.groups
    )
