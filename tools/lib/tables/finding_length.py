# SPDX-License-Identifier: GPL-2.0-or-later
"""How long the text of a finding can become: Wireshark cuts it, and the reference stands at its end."""

from c_text import long_reference

# ITEM_LABEL_LENGTH of Wireshark, less the byte that ends the text.
MESSAGE_LENGTH_MAX = 239
# The longest that plugin/draw/findings.c names a method that no table has, and the longest detail
# that plugin/calls/transaction_checks.c tells.
UNREGISTERED = "an unregistered method"
LONGEST_DETAIL = " came as the first response after more than 500 ms"
BODY_FAULT = {"body": " lacks a body", "no_body": " has a body"}


def longest_message(rule, methods):
    """The longest text that a finding of the rule can have, as findings.c puts it together."""
    # A rule that leaves out methods is not about one that no table has.
    others = methods if "not_methods" in rule else [UNREGISTERED]
    method = max(rule.get("methods", others), key=len)
    reference = max(rule["reference"], rule.get("success_reference", ""), key=len)
    return (f"100 to {method}{_fault(rule)}. {rule['follows']}. {rule['text']} [{long_reference(reference)}]")


def _fault(rule):
    listed = ", ".join(rule.get("headers", []))
    if rule["asks"] == "one_header":
        return f" has none of {listed}"
    if listed:
        return f" lacks {listed}"
    return LONGEST_DETAIL if rule["asks"] == "transaction" else BODY_FAULT.get(rule["asks"], "")


def check_length(check):
    if not all(isinstance(check.row.get(key), str) for key in ("follows", "text", "reference", "asks")):
        return
    length = len(longest_message(check.row, check.tables.method_names()))
    if length > MESSAGE_LENGTH_MAX:
        check.refuse(f"the finding can have {length} characters and Wireshark cuts it after {MESSAGE_LENGTH_MAX}; "
                     "shorten follows or text")
    for key in ("follows", "text"):
        if ". " in check.row[key] or check.row[key].endswith("."):
            check.refuse(f"{key} has a full stop; the finding sets it, and tells its parts apart by it")
