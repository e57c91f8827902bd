# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a configuration file, which may lie beside the capture of a stranger and be the stranger's."""

import re
import tomllib

from shared.captures import open_regular
from shared.problem import Problem

# Bytes; a thousand filters fit.
LONGEST = 1 << 16
# In a line, outside of strings: tomllib takes memory by the square of them, and no key of ours has any.
POINTS_MAX = 100
STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|\'[^\'\n]*+\'?|#.*')


def read_config_table(path, named):
    """The table of a file, or None where one that nobody named is not there."""
    try:
        with open_regular(path) as file:
            content = file.read(LONGEST + 1)
    except FileNotFoundError:
        if not named:
            return None
        raise Problem(f"there is no configuration file {path}; correct the path after --config") from None
    except OSError as error:
        raise Problem(f"the configuration file {path} cannot be read: {error.strerror}; "
                      "change its permissions, name another by --config, or say --no-config") from None
    if len(content) > LONGEST:
        raise Problem(f"the configuration file {path} has more than {LONGEST} bytes; name another by --config, or say "
                      "--no-config")
    try:
        text = content.decode("utf-8")
        if any(line.count(".") > POINTS_MAX for line in STRING_OR_COMMENT.sub("", text).split("\n")):
            raise RecursionError
        return tomllib.loads(text)
    except RecursionError:
        raise Problem(f"the configuration file {path} is nested too deep; correct it there, or say "
                      "--no-config") from None
    except ValueError as error:
        raise Problem(f"the configuration file {path} is no TOML: {error}; correct it there") from None
