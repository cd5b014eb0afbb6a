"""The compiled file (`*.codeset`): a release as memory-mapped columns. Knows no code set.

`format` holds the constants, `writer` makes the bytes, `reader` opens them: each is imported where
it is needed, since opening a release must not load what writes one. The format is documented for
other programs in `docs/compiled-file.md`.
"""
