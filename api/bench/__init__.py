"""What `sceau bench` measures: our own figures beside a peer's or a limit's, on the same machine, in the same run.

Absolute figures say more of a machine than of a program, so every run is interleaved with its peer's and the ratio of
each pair is what counts; the median is told. docs/performance.md says what each row means.
"""
