"""Run by itself, with simple-icd-10-cm installed: all its answers as JSON on standard output.

In a process of its own because the package reads its data on import and keeps it, and warns of a
deprecation on some Pythons; this file may therefore import nothing of the tests.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from typing import Any

SPELLINGS = ("E11.9", "E119", "e11.9", "e119", " E11.9", "A00.", "E1.19", "U07.1", "E11.A", "1")


def main() -> None:
    peer: Any = importlib.import_module("simple_icd_10_cm")
    seen: set[str] = set()
    tables: dict[str, int] = {}
    names = peer.get_all_codes()
    twice = {name for name, count in Counter(names).items() if count > 1}

    def number(text: object) -> int:
        """Long answers are the same for thousands of codes: each is told once."""
        return tables.setdefault(json.dumps(text), len(tables))

    nodes = []
    for name in names:
        # A section and its only category may have one name; the section comes first.
        first = name in twice and name not in seen
        block = {"prioritize_blocks": first}
        seen.add(name)
        above = {"search_in_ancestors": True, **block}
        nodes.append(
            {
                "name": name,
                "is_block": peer.is_block(name) and (name not in twice or first),
                "is_chapter": peer.is_chapter(name),
                "valid": peer.is_valid_item(name) and peer.is_valid_item(name.replace(".", "")),
                "leaf": peer.is_leaf(name, **block),
                "parent": peer.get_parent(name, **block),
                "children": peer.get_children(name, **block),
                "title": peer.get_description(name, **block),
                "excludes1": peer.get_excludes1(name, **block),
                "excludes2": peer.get_excludes2(name, **block),
                "includes": peer.get_includes(name, **block),
                "inclusionTerm": peer.get_inclusion_term(name, **block),
                "sevenChrNote": peer.get_seven_chr_note(name, **block),
                "useAdditionalCode": peer.get_use_additional_code(name, **block),
                "codeFirst": peer.get_code_first(name, **block),
                "characters": number(peer.get_seven_chr_def(name, **above)),
                "allUseAdditionalCode": number(peer.get_use_additional_code(name, **above)),
                "allCodeFirst": number(peer.get_code_first(name, **above)),
            }
        )
    json.dump(
        {
            "nodes": nodes,
            "answers": [json.loads(text) for text in tables],
            "spellings": {text: peer.is_valid_item(text) for text in SPELLINGS},
            "mixed": peer.is_ancestor("S7200", "S72001A"),
            "dotted": peer.is_ancestor("S72.00", "S72.001A"),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
