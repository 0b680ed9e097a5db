"""Texts that might keep the program busy, by chance, for a minute of each night (THREATS T-redos).

Those that are known to have kept others busy stand in test_markup.py.
"""

import subprocess
import sys

import pytest

import config
from tests.kit.test_markup import ALARM
from tests.security.figures import tell

SECONDS = 60
CHILD = f"""
import random, signal, time
from elearn.kit.markup import TooHeavy, render, render_inline
from tests.kit.test_markup import SHAPES

seed = time.time_ns()
chance = random.Random(seed)
print("seed", seed, flush=True)
tokens = ["[", "](", ")", "!", "*", "**", "_", "`", "> ", "- ", "1. ", "    ", "\\n", "\\n\\n", "a", "<",
          "&", "\\\\", "|", "https://a.vn/", "images/", '"', "\\t", "~", "#", ":", "{{fact:", "}}", "\\u0301"]
shapes, slowest, done, refused, ends = list(SHAPES.values()), (0, 0), 0, 0, time.monotonic() + {SECONDS}
while time.monotonic() < ends:
    some = chance.sample(tokens, chance.randint(1, 6))
    text = "".join(chance.choices(some, k=chance.randint(10, 20_000)))
    if chance.random() < 0.3:
        bomb = chance.choice(shapes)
        text = bomb[: chance.randint(1, len(bomb))] + text
    if chance.random() < 0.3:
        text = "\\n\\n".join(text[at : at + 300] for at in range(0, len(text), 300))
    for layer in (render, render_inline):
        signal.alarm({ALARM})  # nobody handles it: the process is ended wherever it stands
        began = time.process_time()
        try:
            layer(text)
        except TooHeavy:
            refused += 1
        done += 1
        slowest = max(slowest, (time.process_time() - began, len(text)))
        signal.alarm(0)
print(f"{{done}} texts, {{refused}} refused; slowest: {{slowest[0]:.2f}} s, {{slowest[1]}} letters")
"""


@pytest.mark.faults
@pytest.mark.nightly
def test_whatever_is_heaped_up_by_chance_is_laid_out_or_refused(request):
    run = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=config.ROOT, capture_output=True, text=True, timeout=SECONDS * 5
    )
    assert run.returncode == 0, run.stdout[-200:] + run.stderr[-2000:]
    tell(request, "T-redos", run.stdout.splitlines()[-1])
