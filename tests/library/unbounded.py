"""What the process beside does when the weights of kit.markup are off, so that a text can really hang it."""

from elearn.kit import markup
from elearn.library import laying

checked, made, laid = laying.checked, laying.made, laying.laid

markup._weigh = lambda text: None
