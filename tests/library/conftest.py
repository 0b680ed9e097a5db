"""A small shelf, loaded, and the two who write."""

from dataclasses import replace

import pytest

from elearn.library.folder import read_shelf
from elearn.library.shelf import load_shelf
from tests.library.document.made import SHELF
from tests.library.small import COURSE, LESSON


@pytest.fixture(scope="session")
def shipped():
    return read_shelf(SHELF)


@pytest.fixture
def small(shipped):
    """One shipped course, cut to two lessons, with all facts."""
    (course,) = [one for one in shipped.courses if one.slug == COURSE]
    lessons = tuple(one for one in course.lessons if one.slug in (LESSON, "lo-bi-lua"))
    return replace(shipped, courses=(replace(course, lessons=lessons, placement=(f"{LESSON}#ten-la",)),))


@pytest.fixture
def loaded(made_once, small):
    return made_once(load_small, small)


def load_small(small):
    load_shelf(small)
    return small


@pytest.fixture
def who(app, person):
    """Ids of the author and of the editor."""
    return person("thu").id, person("duc").id
