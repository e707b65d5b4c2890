"""What `manage.py benchmark NAME` runs: each module with `add_arguments(parser)` and `run`.

`run(options, out)` measures and writes to `out`. Any app may have a package `benchmarks`.
"""
