"""How much a request costs, measured beside a bare Flask application on the same server.

    python3 -m bench                 about four minutes; writes bench/results/<day>.json and a table
    python3 -m bench --rounds 2      a quick look

The rules are those of the field: cases interleaved and shuffled in rounds, processor time of the server's
whole process tree over requests served, a marker asserted in every answer, medians with their spread.
"""
