"""The conversion table of NCHS: for each code new since October 2016, what was coded before.

`grammar` reads the column of previous codes, `reader` the file, `build` compiles it, `table` has
the object. This package knows nothing of releases: what a row proves is said by `codesets.timeline`
and `codesets.tracing`.
"""
