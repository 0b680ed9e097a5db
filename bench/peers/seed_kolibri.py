"""Fills Kolibri with the course and a class, through its own models. Run by Kolibri's Python.

python seed_kolibri.py COURSE.json LEARNERS COMPLETIONS TOLD.json: what the cases need to know, as JSON

The facility must stand (kolibri manage provisiondevice).
"""

import hashlib
import json
import sys
import uuid
import zipfile
from io import BytesIO
from pathlib import Path

from kolibri.main import initialize

initialize()

from django.contrib.auth.hashers import make_password  # noqa: E402
from kolibri.core.auth.models import Classroom, Facility, FacilityUser  # noqa: E402
from kolibri.core.content.models import (  # noqa: E402
    AssessmentMetaData,
    ChannelMetadata,
    ContentNode,
    File,
    LocalFile,
)
from kolibri.core.content.utils import annotation, paths  # noqa: E402
from kolibri.core.lessons.models import Lesson, LessonAssignment  # noqa: E402
from kolibri.core.logger.models import ContentSummaryLog  # noqa: E402
from kolibri.utils.time_utils import local_now  # noqa: E402

PASSWORD = "mua rau 45"
CHANNEL = uuid.uuid5(uuid.NAMESPACE_URL, "bench course").hex
PAGE = '<!doctype html><html lang="vi"><meta charset="utf-8"><title>{}</title><h1>{}</h1>{}</html>'


def main(course, learners, completions):
    """Make channel, class and learning; return what the cases need to know."""
    root = make_tree(course)
    leaves = list(ContentNode.objects.filter(channel_id=CHANNEL).exclude(kind="topic"))
    annotation.set_content_visibility_from_disk(CHANNEL)
    facility = Facility.objects.get()
    people, classroom = make_class(facility, learners)
    lesson = assign(classroom, leaves)
    complete(people, leaves, completions)
    text = next(one for one in leaves if one.kind == "html5")
    quiz = next(one for one in leaves if one.kind == "exercise")
    return {
        "facility": facility.id, "classroom": classroom.id, "lesson": lesson.id, "channel": root.channel_id,
        "text": {"id": text.id, "content_id": text.content_id},
        "quiz": {"id": quiz.id, "content_id": quiz.content_id},
        "learners": [one.username for one in people], "password": PASSWORD, "facility_name": facility.name,
    }  # fmt: skip


def make_tree(course):
    """Make the channel: a topic for each part, in it texts (html5) and exercises (perseus)."""
    found = ContentNode.objects.filter(channel_id=CHANNEL, parent=None).first()
    if found:
        return found
    root = node("topic", course["title"], None)
    ChannelMetadata.objects.create(
        id=CHANNEL, name=course["title"], min_schema_version="4", root=root, last_updated=local_now()
    )
    topics = [node("topic", title, root) for title in course["parts"]]
    for lesson in course["lessons"]:
        topic = topics[lesson["part"] - 1]
        text = node("html5", lesson["title"], topic)
        body = "".join(f"<p>{one}</p>" for one in lesson["paragraphs"])
        page = PAGE.format(lesson["title"], lesson["title"], body)
        attach(text, "html5_zip", "zip", {"index.html": page})
        quiz = node("exercise", lesson["quiz_title"], topic)
        items = {uuid.uuid5(uuid.NAMESPACE_URL, one).hex: one for one in lesson["questions"]}
        mastery = {"type": "m_of_n", "m": 8, "n": 10}
        AssessmentMetaData.objects.create(
            id=uuid.uuid4().hex, contentnode=quiz, assessment_item_ids=list(items),
            number_of_assessments=len(items), mastery_model=mastery, randomize=True, is_manipulable=True,
        )  # fmt: skip
        whole = {"all_assessment_items": list(items), "mastery_model": "m_of_n", "m": 8, "n": 10}
        files = {"exercise.json": json.dumps(whole)}
        files |= {f"{key}.json": json.dumps(item(asked, course["choices"])) for key, asked in items.items()}
        attach(quiz, "exercise", "perseus", files)
    return root


def node(kind, title, parent):
    """Make a node of the tree."""
    known = uuid.uuid5(uuid.NAMESPACE_URL, f"bench {title}").hex
    return ContentNode.objects.create(
        id=CHANNEL if parent is None else uuid.uuid4().hex, title=title, content_id=known, parent=parent,
        channel_id=CHANNEL, kind=kind, license_name="Public Domain", available=True,
    )  # fmt: skip


def attach(to, preset, extension, files):
    """Keep a zip of the files in Kolibri's storage and hang it on the node."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    data = buffer.getvalue()
    checksum = hashlib.md5(data, usedforsecurity=False).hexdigest()
    place = Path(paths.get_content_storage_file_path(f"{checksum}.{extension}"))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    local = LocalFile.objects.create(id=checksum, extension=extension, available=True, file_size=len(data))
    File.objects.create(id=uuid.uuid4().hex, local_file=local, contentnode=to, preset=preset, priority=1)


def item(asked, choices):
    """Return a question as Perseus wants it."""
    radio = {
        "type": "radio", "graded": True, "version": {"major": 1, "minor": 0},
        "options": {
            "choices": [{"content": one, "correct": number == 0} for number, one in enumerate(choices)],
            "randomize": True, "multipleSelect": False, "deselectEnabled": False,
        },
    }  # fmt: skip
    question = {"content": f"{asked}\n\n[[☃ radio 1]]", "images": {}, "widgets": {"radio 1": radio}}
    return {
        "question": question, "answerArea": {"type": "multiple", "calculator": False},
        "itemDataVersion": {"major": 0, "minor": 1}, "hints": [],
    }  # fmt: skip


def make_class(facility, learners):
    """Make a class with so many learners; hashing one password for all of them."""
    classroom = Classroom.objects.create(name="Tổ 5", parent=facility)
    hashed, people = make_password(PASSWORD), []
    for number in range(1, learners + 1):
        name = f"Nguyễn Thị Lan {number}"
        person = FacilityUser(
            username=f"lan{number}", full_name=name, password=hashed, facility=facility,
            dataset=facility.dataset,
        )  # fmt: skip
        person.save()
        classroom.add_member(person)
        people.append(person)
    return people, classroom


def assign(classroom, leaves):
    """Give the class a lesson of the whole course."""
    admin = FacilityUser.objects.get(username="admin")
    resources = [
        {"contentnode_id": one.id, "content_id": one.content_id, "channel_id": CHANNEL} for one in leaves
    ]
    lesson = Lesson.objects.create(
        title="Thanh toán số", collection=classroom, created_by=admin, is_active=True, resources=resources
    )
    LessonAssignment.objects.create(lesson=lesson, collection=classroom, assigned_by=admin)
    return lesson


def complete(people, leaves, completions):
    """Let so many be completed, spread over the learners."""
    moment = local_now()
    for number in range(completions):
        person, leaf = people[number % len(people)], leaves[number // len(people)]
        ContentSummaryLog.objects.create(
            user=person, content_id=leaf.content_id, channel_id=CHANNEL, kind=leaf.kind, progress=1,
            start_timestamp=moment, end_timestamp=moment, completion_timestamp=moment, time_spent=60,
        )  # fmt: skip


if __name__ == "__main__":
    told = main(json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2]), int(sys.argv[3]))
    Path(sys.argv[4]).write_text(json.dumps(told))
