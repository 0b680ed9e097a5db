"""Writes of the report: keeping one as it is, saying to whom it was sent, setting the ward's own words."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select

from elearn.kit.audit import record
from elearn.kit.clock import now, today
from elearn.kit.db import db, lock, transaction
from elearn.people.models import Ward
from elearn.people.permissions import Permission, Viewer
from elearn.people.queries import WardCard
from elearn.progress.rules import Filter
from elearn.report import queries
from elearn.report.costs import Costs
from elearn.report.defaults import NAMES, SHARED, usual_words
from elearn.report.figures import as_text, corrections, digest, from_text
from elearn.report.models import BOTH, Report, ReportSending, ReportSetting
from elearn.report.rules import BODIES, only_parameters
from elearn.report.sentences import document_of


def keep_report(viewer: Viewer, ward: WardCard, body: str, asked: Filter) -> int | None:
    """Make the report of a period and keep it for good; return its id, or None where not allowed.

    Where nothing has changed since the newest one of that period, that one is it (twice is once).
    """
    if not viewer.may_in(Permission.COMPILE_REPORTS, ward_id=ward.id) or body not in BODIES:
        return None
    with transaction():
        lock(Ward, ward.id)  # two officers at once make one report, not two first ones
        figures = queries.figures_seen_by(viewer, ward, asked, today())
        counted = as_text(figures)
        former = queries.newest_of(ward.id, body, asked)
        is_same = former is not None and former.figures == counted
        corrected = db.session.get(Report, former.corrects_id or 0) if former and is_same else former
        changed = corrections(from_text(corrected.figures), figures) if corrected else []
        words = queries.words_said(ward, body)
        document = as_text(document_of(figures, words, body, today(), changed))
        if former and (former.figures, former.document) == (counted, document):
            return former.id
        report = Report(
            ward_id=ward.id,
            body=body,
            since=asked.period.since,
            until=asked.period.until,
            only=only_parameters(asked),
            number=former.number + 1 if former else 1,
            corrects_id=former.id if former else None,
            figures=counted,
            document=document,
            digest=digest(counted + document),
            made_by_id=viewer.person_id,
            made_at=now(),
        )
        db.session.add(report)
        db.session.flush()
        record(
            "make report", "report", report.id, actor_id=viewer.person_id, ward_id=ward.id,
            body=body, until=asked.period.until.isoformat(), number=report.number, corrected=len(changed),
        )  # fmt: skip
        return report.id


def note_sending(
    viewer: Viewer, ward_id: int, report_id: int, *, to_whom: str, sent_on: date, registered_as: str
) -> bool:
    """Record that a report was sent to somebody; twice is once. Return whether there is such a report."""
    report = queries.find_report_seen_by(viewer, ward_id, report_id)
    if report is None:
        return False
    with transaction():
        lock(Report, report_id)
        said = {
            "report_id": report_id,
            "to_whom": to_whom,
            "sent_on": sent_on,
            "registered_as": registered_as,
        }
        same = select(ReportSending.id).filter_by(**said)
        if db.session.scalar(same) is None:
            db.session.add(ReportSending(**said, noted_by_id=viewer.person_id, noted_at=now()))
            record("note sending", "report", report_id, actor_id=viewer.person_id, ward_id=ward_id)
    return True


def take_back_sending(viewer: Viewer, ward_id: int, report_id: int, sending_id: int) -> bool:
    """Take out a line that was noted by mistake; twice is once. Return whether there is such a report."""
    if queries.find_report_seen_by(viewer, ward_id, report_id) is None:
        return False
    with transaction():
        lock(Report, report_id)
        sending = db.session.get(ReportSending, sending_id)
        if sending is not None and sending.report_id == report_id:
            db.session.delete(sending)
            record(
                "take back sending", "report", report_id, actor_id=viewer.person_id, ward_id=ward_id,
                sent_on=sending.sent_on.isoformat(), noted_by=sending.noted_by_id,
            )  # fmt: skip
    return True


def set_words(viewer: Viewer, ward: WardCard, body: str, typed: Mapping[str, str]) -> bool:
    """Keep the ward's own words for the reports of a body; what equals the usual words is not kept.

    Return whether this viewer may. Which fields changed is in the audit, not what they say.
    """
    if not viewer.may_in(Permission.COMPILE_REPORTS, ward_id=ward.id) or body not in BODIES:
        return False
    usual = usual_words(ward.name, body)
    with transaction():
        before = queries.words_of(ward, body)
        changed = [name for name in NAMES if name in typed and typed[name] != getattr(before, name)]
        for name in changed:
            _set(viewer, ward.id, BOTH if name in SHARED else body, name, typed[name], getattr(usual, name))
        if changed:
            record(
                "set report words", "ward", ward.id, actor_id=viewer.person_id, ward_id=ward.id,
                body=body, fields=changed,
            )  # fmt: skip
    return True


def set_costs(viewer: Viewer, ward_id: int, said: Costs) -> bool:
    """Keep what the ward pays; return whether this viewer may."""
    if not viewer.may_in(Permission.COMPILE_REPORTS, ward_id=ward_id):
        return False
    with transaction():
        before = queries.costs_of(ward_id)
        changed = [field for field, old, new in zip(Costs._fields, before, said, strict=True) if old != new]
        for field in changed:
            value = getattr(said, field)
            _set(viewer, ward_id, BOTH, f"cost_{field}", "" if value is None else str(value), "")
        if changed:
            record(
                "set report costs", "ward", ward_id, actor_id=viewer.person_id, ward_id=ward_id,
                fields=changed,
            )  # fmt: skip
    return True


def _set(viewer: Viewer, ward_id: int, body: str, name: str, value: str, usual: str) -> None:
    here = {"ward_id": ward_id, "body": body, "name": name}
    db.session.execute(delete(ReportSetting).filter_by(**here))
    if value != usual:
        db.session.add(ReportSetting(**here, value=value, set_by_id=viewer.person_id, set_at=now()))
