# SPDX-License-Identifier: GPL-2.0-or-later
"""What the gate found in one capture, and the exit status that follows from it."""

import enum
from dataclasses import dataclass, field

from shared.incomplete import NotJudged

from .expectations import Limited, Matching

SEVERITIES = ("chat", "note", "warning", "error")


class Status(enum.IntEnum):
    CLEAN = 0
    FINDINGS = 1
    NOT_JUDGED = 2
    NOTHING_TO_JUDGE = 3


# The worst of several captures counts. Nothing to judge is the least of the
# three: where another capture shows a fault, that one has to be seen to.
GRAVITY = [Status.CLEAN, Status.NOTHING_TO_JUDGE, Status.FINDINGS, Status.NOT_JUDGED]


def worst(statuses):
    return max(statuses, key=GRAVITY.index, default=Status.CLEAN)


@dataclass
class Finding:
    """A rule that a response breaks."""
    frame: int
    severity: str
    rule: str
    text: str
    explanation: str
    reference: str
    code: str
    method: str

    @property
    def kind(self):
        """What it has in common with those that are equal to it."""
        return self.severity, self.rule, self.text, self.reference

    def grave(self, threshold):
        return SEVERITIES.index(self.severity) >= SEVERITIES.index(threshold)


@dataclass
class Verdict:
    """Everything about one capture, or about what is judged beside captures."""
    capture: str
    settings: object
    findings: list = field(default_factory=list)
    expectations: list = field(default_factory=list)
    # Frames that hold a SIP response.
    responses: int = 0
    # The responses that the plugin saw and could not judge.
    not_judged: NotJudged = field(default_factory=NotJudged)
    # What is to be known beside the findings, a sentence each.
    remarks: list = field(default_factory=list)
    # Why the capture could not be judged, or not to its end.
    problem: str = ""
    seconds: float = 0.0
    is_capture: bool = True
    # What figures are made of, where one is asked for.
    part: object = None

    def __post_init__(self):
        self.expectations += [Matching(kind, text) for kind, texts in
                              (("fail-if", self.settings.fail_if), ("require", self.settings.require))
                              for text in texts]
        self.expectations += [Limited(limit.kind, limit) for limit in self.settings.limits]

    def expected(self, kind):
        """The expectations that are of this class."""
        return [item for item in self.expectations if isinstance(item, kind)]

    @property
    def grave(self):
        return [finding for finding in self.findings if finding.grave(self.settings.fail_on)]

    @property
    def silent(self):
        """Whether it holds no response, and is to hold one."""
        return self.is_capture and not (self.problem or self.responses or self.settings.allow_empty)

    @property
    def empty(self):
        """Why there is nothing that it could be judged by, or nothing."""
        if self.silent:
            return "it holds no SIP response"
        if self.problem or self.settings.allow_empty:
            return ""
        return "; ".join(item.lacking for item in self.expectations if item.lacking)

    @property
    def incomplete(self):
        """Why it counts as not judged though it was read to its end, or nothing."""
        return str(self.not_judged) if self.settings.require_complete and self.not_judged else ""

    @property
    def status(self):
        if self.problem or self.incomplete:
            return Status.NOT_JUDGED
        if self.grave or any(expectation.met is False for expectation in self.expectations):
            return Status.FINDINGS
        return Status.NOTHING_TO_JUDGE if self.empty else Status.CLEAN
