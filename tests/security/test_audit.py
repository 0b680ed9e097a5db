"""What belongs into the audit is in it (THREATS 4.11): names read, secrets given, doors tried."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from elearn.kit import audit
from elearn.kit.audit import AuditEntry, broken_links
from elearn.kit.db import db
from elearn.office.words import ACTS, act_called, detail_said
from tests import ward
from tests.security.doors import as_person, doors

# Reads that are no list of others: what one made oneself a moment ago, and the audit's own page
NO_OTHERS = {"proof.prove"}


def noted():
    db.session.remove()
    return db.session.scalar(select(func.count(AuditEntry.id)))


@pytest.mark.parametrize("name", ["hoa", "quan", "minh", "thu", "duc"])
def test_whoever_reads_a_name_of_another_leaves_a_line(lively, name, monkeypatch):
    """Every page that a role opens: where it shows a resident's name or number, the audit has grown."""
    monkeypatch.setattr(audit, "ONE_LOOK", timedelta(0))  # else one page speaks for the next
    client, faults, seen = as_person(lively, name), [], 0
    others = [ward.CAST[one] for one in ("lan", "tai")]
    for door in doors(lively):
        if door.method != "GET" or door.is_public or door.endpoint in NO_OTHERS:
            continue
        before = noted()
        answer = client.get(door.path)
        page = answer.get_data().decode(errors="ignore")
        answer.close()
        shown = [part.full_name for part in others if part.full_name in page or part.phone[3:] in page]
        if answer.status_code == 200 and shown:
            seen += 1
            if noted() == before:
                faults.append(f"{door.path} ({door.endpoint}) shows {shown[0]}")
    assert not faults, "\n".join(faults)
    assert seen > 5 or name in ("minh", "thu", "duc")


def test_every_act_in_the_audit_has_words(lively):
    """What the walk through the ward has left there reads as Vietnamese; no act is shown by its own name."""
    acts = set(db.session.scalars(select(AuditEntry.action).distinct()))
    assert {act for act in acts if act_called(act) == act} == set()
    for entry in db.session.scalars(select(AuditEntry)):
        detail_said(entry.detail)
    assert "wrong sign-ins" in ACTS and list(broken_links()) == []
