"""A picture of a course in a real browser: seen in its colours; opened by itself, it runs nothing."""

from sqlalchemy import select

from elearn.kit.db import db, transaction
from elearn.library.models import Course, CourseImage
from tests.life import COURSE

DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">
<style>.a { fill: rgb(200, 0, 0) }</style><rect class="a" width="10" height="20"/>
<rect x="10" width="10" height="20" style="fill: rgb(0, 0, 200)"/>
<script>window.hurt = 1; parent.hurt = 1; document.documentElement.setAttribute("class", "hurt")</script>
</svg>"""
COLOURS = """async url => {
    const one = new Image(); one.src = url; await one.decode();
    const sheet = document.createElement('canvas'), pen = sheet.getContext('2d');
    sheet.width = sheet.height = 20; pen.drawImage(one, 0, 0);
    return [5, 15].map(x => [...pen.getImageData(x, 10, 1, 1).data]); }"""


def test_a_drawing_is_seen_in_its_colours_and_runs_nothing(site, visit):
    """The checker of courses refuses such a drawing; this is what happens if one stood there all the same."""
    with site.app.app_context(), transaction():
        course_id = db.session.scalar(select(Course.id).where(Course.slug == COURSE))
        db.session.add(CourseImage(course_id=course_id, name="a.svg", data=DRAWING))
    path = f"/khoa-hoc/{COURSE}/images/a.svg"
    page = visit()
    page.goto("/giup-do")
    assert page.evaluate(COLOURS, path) == [[200, 0, 0, 255], [0, 0, 200, 255]]
    assert page.evaluate("window.hurt") is None
    answer = page.goto(path)
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert page.evaluate("[window.hurt, document.documentElement.getAttribute('class')]") == [None, None]
    assert page.evaluate("self.origin") == "null", "a place of its own, without our cookies"
    page.faults.clear()  # the console names the script and the styles that the policy stopped
