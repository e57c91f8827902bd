# SPDX-License-Identifier: GPL-2.0-or-later
"""What is expected of a capture beside that no rule is broken, and what became of each expectation."""

from dataclasses import dataclass, field

from shared.text import printable, valid_unicode

from .folding import folded, times


@dataclass
class Expectation:
    """One of them. met is None as long as the capture did not tell."""
    kind: str
    met: bool | None = field(default=None, init=False)

    # Why the capture has nothing that it could be held against, or nothing.
    lacking = ""

    def lines(self):
        """(frame or None, text) for each way in which it is not met; what is equal is folded."""
        return self.faults()

    def faults(self):
        """The same, one by one."""
        return ()

    def members(self):
        """What a row of JSON has of it beside that."""
        return {}


@dataclass
class Matching(Expectation):
    """A --fail-if or --require."""
    filter: str
    # (frame, what the frame is) of each frame that a --fail-if names.
    frames: list = field(default_factory=list)

    @property
    def title(self):
        return f"--{self.kind} '{self.filter}'"

    def faults(self):
        if self.met is False and self.kind == "require":
            yield None, f"no frame matches {printable(self.title)} [require]"
        for frame, subject in self.frames:
            yield frame, self._text(subject)

    def lines(self):
        if not self.frames:
            yield from self.faults()
        for (frame, subject), count in folded(self.frames, lambda row: row[1]):
            yield frame, self._text(subject) + times(count, frame)

    def _text(self, subject):
        return f"{printable(subject)} matches {printable(self.title)} [fail-if]"

    def members(self):
        return {"filter": valid_unicode(self.filter)}


@dataclass
class Limited(Expectation):
    """A --max or --min."""
    limit: object
    # How much there is, and the same in words.
    value: float | None = None
    said: str = ""

    @property
    def title(self):
        return f"--{self.kind} {self.limit.title}"

    def hold(self, measured):
        """Holds it against (value, in words); without a value there is nothing to be held against."""
        self.value, self.said = measured
        if self.value is None:
            self.lacking = f"{printable(self.limit.subject)} cannot be told of it: {self.said}"
        else:
            self.met = (self.value <= self.limit.bound) if self.kind == "max" else (self.value >= self.limit.bound)

    def faults(self):
        if self.met is False:
            yield None, (f"{printable(self.said)}, {'above' if self.kind == 'max' else 'below'} "
                         f"{printable(self.title)} [{self.kind}]")

    def members(self):
        key = "figure" if self.limit.figure else "filter"
        return {key: valid_unicode(self.limit.subject), "value": self.value, "limit": self.limit.bound,
                "unit": self.limit.unit}


@dataclass
class Compared(Expectation):
    """A figure of all captures beside that of an earlier report."""
    figure: str
    now: float
    before: float
    unit: str
    said: str

    @property
    def title(self):
        return f"{self.figure} is not worse than before"

    def faults(self):
        if self.met is False:
            yield None, f"{self.said} [compare]"

    def members(self):
        return {"figure": self.figure, "value": self.now, "before": self.before, "unit": self.unit}


@dataclass
class Ended(Expectation):
    """The command of --run, which is to end with status 0."""
    ending: str

    title = "the command ends with status 0"

    def faults(self):
        if self.met is False:
            yield None, f"the command {self.ending} [run]"
