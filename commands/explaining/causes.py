# SPDX-License-Identifier: GPL-2.0-or-later
"""What the messages of a capture came to, by the cause that the plugin gives them."""

import tomllib
from dataclasses import dataclass, field

from shared.problem import Problem
from shared.rules import FOLDERS

# In the order in which they are told. "Failed" is for rows that this version does not have, too.
WORTHS = ("failed", "open", "harmless", "well")


def read_worths():
    """Cause -> worth, out of tables/explanations.toml."""
    paths = [folder / "explanations.toml" for folder in FOLDERS]
    path = next((path for path in paths if path.is_file()), paths[0])
    try:
        return {row["id"]: row["worth"] for row in tomllib.loads(path.read_text(encoding="utf-8"))["explanation"]}
    except (OSError, ValueError, KeyError) as error:
        raise Problem(f"{path} cannot be read ({error}); restore it or install sipresp anew") from None


@dataclass
class Cause:
    """All messages of a capture that one row of the table is about."""
    id: str
    worth: str
    # As the first of them has it.
    sentence: str
    # Request -> the frame of the first of its messages.
    requests: dict = field(default_factory=dict)
    protocols: set = field(default_factory=set)
    # Whether others have other numbers or names in it.
    varies: bool = False

    @property
    def frames(self):
        """The first one of each request."""
        return list(self.requests.values())

    @property
    def filter(self):
        return " || ".join(f'{protocol}.cause == "{self.id}"' for protocol in sorted(self.protocols, reverse=True))


@dataclass
class Explained:
    """A capture, and what came of reading it."""
    name: str
    causes: dict = field(default_factory=dict)
    # What is to be known beside them.
    remark: str = ""
    # Why it was not read, or not to its end.
    problem: str = ""

    def add(self, worths, protocol, cause, sentence, frame, request):
        found = self.causes.setdefault(cause, Cause(cause, worths.get(cause, WORTHS[0]), sentence))
        found.requests.setdefault(request, frame)
        found.protocols.add(protocol)
        found.varies = found.varies or sentence != found.sentence

    def of_worth(self, worth):
        """The most frequent first; among equals in the order of the capture."""
        return sorted((cause for cause in self.causes.values() if cause.worth == worth),
                      key=lambda cause: -len(cause.requests))

    def requests(self, worth):
        return len(set().union(*(cause.requests for cause in self.of_worth(worth))))
