"""The parts of `scripts/benchmark.py`; standard library only, as other interpreters run them too.

`environments` makes the two environments, `fresh` holds what is timed in processes of their own,
`cases` and `worker` what is timed in a process that stays, `course` runs the rounds, `report`
writes the result beside the targets.
"""
