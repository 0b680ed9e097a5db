"""What a request costs: ours on SQLite and on PostgreSQL, beside a bare Flask application and beside peers.

    python3 -m bench                    everything side by side, in shuffled rounds (about ten minutes)
    python3 -m bench --rounds 2 --systems floor sqlite       a quick look at ours alone
    python3 -m bench pages              first visits in real Chromium, fast and over slow 3G
    python3 -m bench board              a ward's board in a city of a million, cell by cell against the facts
    python3 -m bench city               the boards and exports of a city of a million, 114 wards, 6,000 groups
    python3 -m bench crowd              64 and 256 at once, and a storm of sign-ins
    python3 -m bench memory             100,000 requests inside 192 MB
    python3 -m bench start              from the start to the first answer; what is installed
    python3 -m bench kill               kills while people answer; is anything lost that was confirmed?
    python3 -m bench evening            2,000 residents open the same link within five minutes; also
                                        rush, flood, answers, sign-ins, helpers, report, soak (--small)

Kolibri and NOW-LMS are installed from the package registry into `.bench/` and given the same course
(course.py) the first time they are asked for. The rules are those of the field: cases interleaved and
shuffled in rounds, processor time of server and database together over requests served, a marker asserted in
every answer, medians with their spread. Results stand in results/, with versions and load.
docs/performance.md tells what they say.
"""

import os

os.environ.setdefault(
    "ELEARN_VOICE", "0"
)  # what is measured is what people ask for, not a machine reading aloud
