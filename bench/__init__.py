"""What a request costs: ours on SQLite and on PostgreSQL, beside a bare Flask application and beside peers.

    python3 -m bench                    everything side by side, in shuffled rounds (about ten minutes)
    python3 -m bench --rounds 2 --systems floor sqlite       a quick look at ours alone

Kolibri and NOW-LMS are installed from the package registry into `.bench/` and given the same course
(course.py) the first time they are asked for. The rules are those of the field: cases interleaved and
shuffled in rounds, processor time of server and database together over requests served, a marker asserted in
every answer, medians with their spread. Results stand in results/, with versions and load.
docs/performance.md tells what they say.
"""
