"""Puts the house together. The only module that knows every room."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from elearn.authoring.courses import pages as courses
from elearn.authoring.drafts import pages as drafts
from elearn.authoring.review import pages as review
from elearn.authoring.views import pages as authoring
from elearn.authoring.voices import pages as voices
from elearn.desk.class_desk import pages as class_desk
from elearn.desk.help_desk import pages as help_desk
from elearn.desk.kiosk_desk import pages as kiosk_desk
from elearn.desk.neighbour_desk import pages as neighbour_desk
from elearn.desk.registration_desk import pages as registration_desk
from elearn.desk.views import pages as desk
from elearn.front import errors, refusals
from elearn.front.frame import frame
from elearn.front.health import pages as health
from elearn.front.views import pages as front
from elearn.kit.access import close_the_doors, public
from elearn.kit.addresses import Number
from elearn.kit.db import db
from elearn.kit.form_bodies import WeighedRequest
from elearn.kit.headers import set_headers
from elearn.kit.log import keep_log
from elearn.kit.metrics import keep_metrics
from elearn.learning.agreed import pages as agreed
from elearn.learning.certificates import pages as certificates
from elearn.learning.contest_pages import pages as contests
from elearn.learning.drills import pages as drills
from elearn.learning.help_pages import pages as help_pages
from elearn.learning.keeping import pages as keeping
from elearn.learning.listening import pages as listening
from elearn.learning.mine import pages as mine
from elearn.learning.my_codes import pages as my_codes
from elearn.learning.my_ways import pages as my_ways
from elearn.learning.placement import pages as placement
from elearn.learning.practice import pages as practice
from elearn.learning.recall_pages import pages as recall
from elearn.learning.views import pages as learning
from elearn.movement.activity_desk import pages as activity_desk
from elearn.movement.campaign_desk import pages as campaign_desk
from elearn.movement.campaign_pages import pages as campaigns
from elearn.movement.contest_desk import pages as contest_desk
from elearn.movement.difficulty_desk import pages as difficulty_desk
from elearn.movement.result_pages import pages as results
from elearn.movement.views import pages as movement
from elearn.movement.visits_desk import pages as visits_desk
from elearn.office.audit_desk import pages as audit_desk
from elearn.office.codes_desk import pages as codes_desk
from elearn.office.groups_desk import pages as groups_desk
from elearn.office.health_desk import pages as health_desk
from elearn.office.incident_desk import pages as incident_desk
from elearn.office.keys_desk import pages as keys_desk
from elearn.office.lists_desk import pages as lists_desk
from elearn.office.people_desk import pages as people_desk
from elearn.office.person_data_desk import pages as person_data
from elearn.office.register_desk import pages as register_desk
from elearn.office.requests_desk import pages as requests_desk
from elearn.office.retention_desk import pages as retention_desk
from elearn.office.roles_desk import pages as roles_desk
from elearn.office.twins_desk import pages as twins_desk
from elearn.office.views import pages as office
from elearn.office.waiting_desk import pages as waiting_desk
from elearn.outreach.views import pages as outreach
from elearn.people import (
    held,
    kiosk_pages,
    own_keys,
    proof,
    renewal,
    second_step,
    session,
    visitors,
)
from elearn.people.views import pages as people
from elearn.portal.views import pages as portal
from elearn.portal.windows import pages as windows
from elearn.privacy.views import pages as requests
from elearn.progress.city import pages as city
from elearn.progress.targets_desk import pages as targets_desk
from elearn.progress.views import pages as progress
from elearn.report.costs_desk import pages as report_costs
from elearn.report.views import pages as report
from elearn.report.weekly_desk import pages as report_weekly
from elearn.report.words_desk import pages as report_words

csrf = CSRFProtect()
ROOMS = (
    front,
    health,
    portal,
    windows,
    people,
    kiosk_pages.pages,
    proof.pages,
    second_step.pages,
    own_keys.pages,
    renewal.pages,
    learning,
    practice,
    drills,
    recall,
    placement,
    contests,
    listening,
    keeping,
    help_pages,
    mine,
    agreed,
    requests,
    my_codes,
    my_ways,
    certificates,
    authoring,
    courses,
    drafts,
    review,
    voices,
    progress,
    city,
    report,
    report_words,
    report_costs,
    report_weekly,
    targets_desk,
    outreach,
    desk,
    registration_desk,
    neighbour_desk,
    class_desk,
    kiosk_desk,
    help_desk,
    office,
    people_desk,
    person_data,
    requests_desk,
    retention_desk,
    register_desk,
    incident_desk,
    keys_desk,
    twins_desk,
    groups_desk,
    roles_desk,
    lists_desk,
    audit_desk,
    health_desk,
    codes_desk,
    waiting_desk,
    movement,
    campaign_desk,
    campaigns,
    contest_desk,
    results,
    difficulty_desk,
    activity_desk,
    visits_desk,
)


class Platform(Flask):
    """Flask, told that no function of ours is asynchronous: else it looks at each one at every request."""

    request_class = WeighedRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func


def create_app(settings: Mapping[str, Any]) -> Flask:
    """Build the platform from a mapping of settings (see config.py)."""
    app = Platform("elearn")
    app.config.from_mapping(settings)
    app.debug = False  # whatever FLASK_DEBUG says: it would let faults through to the server, and to readers
    app.url_map.converters = app.url_map.converters | {"int": Number}
    app.jinja_options["undefined"] = StrictUndefined  # a misspelt name in a page is an error, not a blank
    visitors.keep_ready(app)
    if hops := app.config.get("PROXIES"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    db.init_app(app)
    session.init_sessions(app)
    kiosk_pages.serve_kiosks(app)
    csrf.init_app(app)
    keep_log(app)
    if app.config["METRICS_TOKEN"]:
        app.extensions["metrics"] = keep_metrics(app.config["METRICS_SHARED"])
    set_headers(app)
    Compress(app)
    frame(app)
    for pages in ROOMS:
        app.register_blueprint(pages)
    errors.handle(app)
    refusals.watch(app)
    held.keep_what_was_typed(app)
    proof.ask_for_proof(app)
    own_keys.ask_for_key(app)

    app.view_functions["static"] = public(app.view_functions["static"])
    close_the_doors(app)
    return app
