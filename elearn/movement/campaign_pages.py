"""The pages of campaigns that anyone may read: rounded totals, as of a Monday."""

from typing import Any

from flask import Blueprint, abort, render_template

from elearn.kit.access import public
from elearn.kit.clock import today
from elearn.movement import campaign_queries as queries
from elearn.movement import campaign_rules as rules
from elearn.people.session import ward_here
from elearn.people.visitors import same_for_visitors

pages = Blueprint("campaigns", __name__)


@pages.get("/chien-dich")
@public
def campaigns() -> Any:
    """List the campaigns of the ward."""
    day = today()
    lines = [
        (line, rules.state_of(line.since, line.until, day)) for line in queries.campaigns_of(ward_here().id)
    ]

    def page() -> str:
        return render_template("movement/public_campaigns.html", lines=lines)

    return same_for_visitors(lines, page)


@pages.get("/chien-dich/<slug>")
@public
def campaign(slug: str) -> Any:
    """Show how far a campaign has come, against what it aims at."""
    ward_id, day = ward_here().id, today()
    card = queries.find_campaign_named(ward_id, slug)
    if card is None:
        abort(404)
    counts = queries.public_counts_of(card, ward_id, day)
    state = rules.state_of(card.since, card.until, day)
    frozen = queries.frozen_of(card.id)[:1]
    done = getattr(counts, card.measure) if counts else None

    def page() -> str:
        return render_template(
            "movement/campaign.html",
            campaign=card,
            state=state,
            counts=counts,
            until=queries.public_until(card, day),
            measure=rules.MEASURES[card.measure],
            done=done,
            share=rules.share_of(done, card.target),
            frozen=frozen,
        )

    return same_for_visitors((card, counts, state, frozen, day), page)
