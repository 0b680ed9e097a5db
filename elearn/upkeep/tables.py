"""Every table of the house, for the migrations and the tests that compare them with the models."""

from elearn.kit import audit, lease, throttle, upkeep_notes
from elearn.learning import contest_models as contests
from elearn.learning import models as learning
from elearn.library import models as library
from elearn.movement import campaign_models as campaigns
from elearn.movement import models as movement
from elearn.outreach import models as outreach
from elearn.people import key_models as keys
from elearn.people import models as people
from elearn.privacy import models as privacy
from elearn.report import models as report

ALL = (
    *(audit, lease, throttle, upkeep_notes),
    *(people, keys, privacy, library, learning, contests, outreach, movement, campaigns, report),
)
