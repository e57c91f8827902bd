# SPDX-License-Identifier: GPL-2.0-or-later
"""The reviewed expectations: one TOML file a capture, our own fields only."""

import json
import re
import tomllib

from wireshark import REPOSITORY

CAPTURES = REPOSITORY / "captures"
EXPECTED = REPOSITORY / "tests" / "regression" / "expected"


# What one pass cannot know of a response when it shows it, since it comes later.
FORWARD_FIELDS = {"sipresp.final_in", "sipresp.ack_in", "sipresp.prack_in", "sipresp.explanation", "sipresp.cause",
                  "sipresp.evidence"}
FORWARD_RULES = {"final-unacknowledged", "reliable-unconfirmed", "ack-without-final", "ack-other-to-tag",
                 "ack-other-cseq"}

# What a row of the tables says of every response with that code; test_captures.py works it out from them.
OF_THE_TABLES = {"sip.class", "sipresp.class_meaning", "sipresp.final", "sipresp.isup_cause", "sipresp.note", "sipresp.phrase",
                 "sipresp.phrase_differs", "sipresp.reference", "sipresp.reference_url", "sipresp.registration",
                 "sipresp.treated_as"}


# test_explain.py has what they show.
WITHOUT_RESPONSES = {"icmp-refused"}
SHORT_EXPLANATION = re.compile(r"(, (?:Provisional|Success|Redirection|(?:Client|Server) Error|Global Failure)): .*")


def capture_files():
    """Those with responses."""
    return sorted(path for path in CAPTURES.glob("*.pcapng") if path.stem not in WITHOUT_RESPONSES)


def expectation_file(capture):
    return EXPECTED / f"{capture.stem}.toml"


def read(capture):
    return tomllib.loads(expectation_file(capture).read_text(encoding="utf-8")).get("annotation", [])


def of_this_response(annotations):
    """The annotations without what the tables say, and what other fields say too."""
    return [{key: value for key, value in annotation.items()
             if key not in {*OF_THE_TABLES, "sipresp.delay_shown", "sipresp.ack_expected"}} for annotation in annotations]


def as_one_pass_sees(annotations):
    """The annotations without what only a later pass knows."""
    seen = []
    for annotation in annotations:
        kept = {key: value for key, value in annotation.items() if key not in FORWARD_FIELDS}
        kept["title"] = SHORT_EXPLANATION.sub(r"\1", kept["title"])
        if "sipresp.check" in kept:
            kept["sipresp.check"] = [rule for rule in kept["sipresp.check"] if rule not in FORWARD_RULES]
        seen.append({key: value for key, value in kept.items() if value != []})
    return seen


def to_text(annotations):
    """Annotations as TOML that a person can review; JSON strings are TOML strings."""
    blocks = []
    for annotation in annotations:
        lines = ["[[annotation]]"]
        for key, value in annotation.items():
            name = f'"{key}"' if "." in key else key
            if isinstance(value, list):
                items = "".join(f"    {json.dumps(item, ensure_ascii=False)},\n" for item in value)
                lines.append(f"{name} = [\n{items}]")
            else:
                lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)
