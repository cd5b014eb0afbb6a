"""The build hook: compiles the release that the wheel carries, with the library's own reader.

What is embedded, and when it is compiled again, stands in `codesets.embedding`. This file only
lends it the source tree, which is not installed while it is being built.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from hatchling.builders.wheel import WheelBuilderConfig

    Interface = BuildHookInterface[WheelBuilderConfig]
else:
    Interface = BuildHookInterface


class EmbedReleases(Interface):
    """Puts the compiled releases into `src/codesets/_data` before the wheel is packed."""

    def dependencies(self) -> list[str]:
        """The extra `excel` where a maintainer's files may be workbooks; the default is none."""
        if not os.environ.get("CODESETS_OFFICIAL"):
            return []
        return self.metadata.core.optional_dependencies["excel"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile what is not up to date; any failure ends the build with one message."""
        source = Path(self.root, "src")
        official = os.environ.get("CODESETS_OFFICIAL")
        sys.path.insert(0, str(source))
        try:
            from codesets.embedding import embed
            from codesets.errors import CodesetsError

            try:
                embed(
                    source / "codesets",
                    official=Path(official) if official else None,
                    say=self.app.display_info,
                )
            except (CodesetsError, OSError) as error:
                self.app.abort(f"codesets: no release could be embedded: {error}")
        except ImportError as error:
            self.app.abort(
                f"codesets: no release could be embedded: {error}. The build needs what stands in"
                " pyproject.toml; let pip isolate the build, or install that first"
            )
        finally:
            sys.path.remove(str(source))
