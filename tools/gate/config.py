# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a configuration file, which may lie beside the capture of a stranger and be the stranger's."""

import tomllib

from shared.captures import open_regular
from shared.problem import Problem

# Bytes; thousands of filters fit.
LONGEST = 1 << 20


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
        return tomllib.loads(content.decode("utf-8"))
    except RecursionError:
        raise Problem(f"the configuration file {path} is nested too deep; correct it there, or say --no-config") from None
    except ValueError as error:
        raise Problem(f"the configuration file {path} is no TOML: {error}; correct it there") from None
