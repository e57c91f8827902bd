# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands on a command line, before anybody asks what it means."""

import getopt

from .problem import Problem


def read_options(program, arguments, short, long, named, names=None):
    """(values by long name, each a list in order; all else). short and long are those of getopt, and -h is help; names has the
    long name of other short ones. named: what all else is, as in 'a capture'."""
    names = {"-h": "help", **(names or {})}
    try:
        options, others = getopt.gnu_getopt(arguments, short, long)
    except getopt.GetoptError as error:
        raise Problem(f"{error.msg}; {program} --help lists the options, and {named} whose name begins with '-' goes "
                      "after '--'") from None
    values = {}
    for option, value in options:
        values.setdefault(names.get(option, option.removeprefix("--")), []).append(value)
    return values, others
