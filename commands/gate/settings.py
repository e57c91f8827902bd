# SPDX-License-Identifier: GPL-2.0-or-later
"""What to judge by: the command line, and a TOML file with the same keys."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from shared.options import read_options
from shared.problem import Problem
from shared.streams import refuse_standard_input_twice
from shared.wireshark_settings import WiresharkSettings, settings_of_options

from .config import read_config_table
from .findings import SEVERITIES
from .limits import read_limit

CONFIG_NAME = "sipresp-gate.toml"
THRESHOLDS = SEVERITIES[1:]
DEFAULT_THRESHOLD = "warning"
# The plugin takes ids separated by commas or spaces, so neither may be in one.
RULE_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
LONG_OPTIONS = ["fail-if=", "require=", "max=", "min=", "fail-on=", "allow=", "allow-empty", "require-complete",
                "config=", "no-config", "compare=", "tolerance=", "interface=", "run", "settle=", "keep=", "profile=",
                "set=", "keylog=", "timeout=", "junit=", "json=", "help", "version", "rules"]
LIMITS = ("max", "min")
# Each with what it names.
NAMES = {"config": "file", "junit": "file", "json": "file", "compare": "file", "keep": "file", "interface": "interface"}
# Seconds that what is open at the end of a test run has to come to its end.
DEFAULT_SETTLE = 5
# Seconds for one capture: more than the largest ones take, and less than a build system gives the whole job.
DEFAULT_TIMEOUT = 1800
LONGEST_TIMEOUT = 1_000_000


@dataclass(frozen=True)
class Settings:
    """What one capture is judged by."""
    fail_if: tuple = ()
    require: tuple = ()
    limits: tuple = ()
    fail_on: str = ""
    allow: tuple = ()
    allow_empty: bool = False
    require_complete: bool = False
    # The configuration file that some of this is from.
    config: str = ""

    def over(self, base):
        """These settings where they say something, and else those of base. Expectations add up: nobody stops to expect
        one thing by expecting another; but of one thing there is one limit. What may be broken is what is allowed
        here, if anything is."""
        limits = {(limit.kind, limit.subject): limit for limit in base.limits + self.limits}
        return Settings(_each_once(base.fail_if + self.fail_if), _each_once(base.require + self.require),
                        tuple(limits.values()),
                        self.fail_on or base.fail_on, self.allow or base.allow, self.allow_empty or base.allow_empty,
                        self.require_complete or base.require_complete, self.config or base.config)


@dataclass
class CommandLine:
    captures: list
    settings: Settings
    config: str = ""
    no_config: bool = False
    junit: str = ""
    json: str = ""
    compare: str = ""
    # The command of a test run, and how it is captured.
    run: tuple = ()
    interface: str = ""
    settle: float = DEFAULT_SETTLE
    keep: str = ""
    # What was given for --tolerance, in that order.
    tolerance: tuple = ()
    timeout: int = DEFAULT_TIMEOUT
    wireshark: WiresharkSettings = WiresharkSettings()
    asks_help: bool = False
    asks_version: bool = False
    asks_rules: bool = False
    configs: dict = field(default_factory=dict)

    def settings_of(self, capture):
        """Those of the command line over those of the configuration file that holds for the capture."""
        base = Settings()
        if not self.no_config:
            path = Path(self.config) if self.config else Path(capture).parent / CONFIG_NAME
            if path not in self.configs:
                self.configs[path] = _read_config(path, bool(self.config))
            base = self.configs[path]
        settings = self.settings.over(base)
        return settings if settings.fail_on else Settings(fail_on=DEFAULT_THRESHOLD).over(settings)


def _each_once(values):
    return tuple(dict.fromkeys(values))


def read_command_line(arguments):
    before, behind = _with_pairs(arguments)
    values, captures = read_options("sipresp-gate", before, "h", LONG_OPTIONS, "a capture")
    if "help" in values or "version" in values:
        return CommandLine([], Settings(), asks_help="version" not in values, asks_version="version" in values)
    if "rules" in values:
        return CommandLine([], Settings(), asks_rules=True)
    run = _run(values, captures, behind)
    captures += [] if run else behind
    if not captures and not run:
        raise Problem("no capture is named; name at least one, as in: sipresp-gate call.pcapng")
    refuse_standard_input_twice(captures)
    for key, what in NAMES.items():
        if "" in values.get(key, []):
            raise Problem(f"--{key} names no {what}; give {'the path of one' if what == 'file' else 'one'}")
    if "config" in values and "no-config" in values:
        raise Problem("--config names a file and --no-config reads none; leave one of them out")
    last = {key: values[key][-1] for key in NAMES if key in values}
    return CommandLine(captures, _settings_of_options(values), run=run, no_config="no-config" in values,
                       tolerance=tuple(values.get("tolerance", ())),
                       timeout=_seconds(values, "timeout", DEFAULT_TIMEOUT, 1),
                       settle=_seconds(values, "settle", DEFAULT_SETTLE, 0), wireshark=settings_of_options(values), **last)


def _with_pairs(arguments):
    """(the arguments before --, those behind it). The two that belong to a --max or --min are put together, since
    getopt gives an option one."""
    given, waiting = [], list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            return given, waiting
        kind = word.removeprefix("--")
        if word.startswith("--") and kind in LIMITS:
            if len(waiting) < 2:
                _pair(kind, "")
            word = f"{word}={waiting.pop(0)}\0{waiting.pop(0)}"
        elif f"{kind}=" in LONG_OPTIONS and waiting:
            given.append(word)
            word = waiting.pop(0)
        given.append(word)
        if word == "--run" and waiting[:1] != ["--"]:
            raise Problem("--run is the last option, and the command stands behind --, as in: --run -- sipp -sf call.xml")
    return given, []


def _pair(kind, value):
    subject, zero, text = value.partition("\0")
    if not zero:
        raise Problem(f"--{kind} takes two words, what is limited and the limit; write it as in: "
                      f"--{kind} 'sip.class == 5' 1%")
    return subject, text


def _run(values, captures, behind):
    """The command of a test run, or nothing."""
    if "run" not in values:
        others = [key for key in ("interface", "settle", "keep") if key in values]
        if others:
            raise Problem(f"--{others[0]} is for a test run; say which by --run, as in: "
                          "sipresp-gate --interface lo --run -- sipp -sf call.xml")
        return ()
    if "interface" not in values:
        raise Problem("--run needs to know where to capture; name it, as in: --interface lo")
    if captures:
        raise Problem(f"{captures[0]} is named and --run makes a capture; leave one of them out")
    if not behind:
        raise Problem("--run has no command behind --; write one, as in: --run -- sipp -sf call.xml")
    return tuple(behind)


def _seconds(values, key, default, least):
    text = values.get(key, [str(default)])[-1]
    if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= LONGEST_TIMEOUT:
        raise Problem(f"--{key} is {text!r}; it takes a number of seconds from {least} to {LONGEST_TIMEOUT}")
    return int(text)


def _settings_of_options(values):
    table = {key: values[key] for key in ("fail-if", "require", "allow") if key in values}
    if "fail-on" in values:
        table["fail-on"] = values["fail-on"][-1]
    for kind in LIMITS:
        if kind in values:
            table[kind] = dict(_pair(kind, value) for value in values[kind])
    table.update({key: True for key in ("allow-empty", "require-complete") if key in values})
    return _settings_of_table(table, "--")


def _read_config(path, named):
    table = read_config_table(path, named)
    return Settings() if table is None else replace(_settings_of_table(table, f"{path}: "), config=str(path))


def _settings_of_table(table, where):
    """Settings from the keys of a file or, in the same form, of the command line."""
    known = {"fail-if": _filters, "require": _filters, "fail-on": _threshold,
             "allow": _rules, "allow-empty": _truth, "require-complete": _truth}
    for key in table:
        if key not in known and key not in LIMITS:
            raise Problem(f"{where}{key} is no key; the keys are {', '.join([*known, *LIMITS])}")
    limits = tuple(limit for kind in LIMITS if kind in table for limit in _limits(kind, table[kind], where + kind))
    return Settings(limits=limits, **{key.replace("-", "_"): known[key](value, where + key)
                                      for key, value in table.items() if key in known})


def _limits(kind, table, where):
    if not isinstance(table, dict) or any(isinstance(value, dict) for value in table.values()):
        raise Problem(f"{where} is no table of limits; write it as in: {kind} = {{ \"SEER\" = 95, \"PDD.p95\" = \"2s\" }}, "
                      "each name in quotation marks")
    for subject, value in table.items():
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise Problem(f"{where} has for {subject!r} no limit; it takes a number, or a text as in: \"1%\"")
        _filters([subject], where)
        yield read_limit(kind, subject, str(value), where)


def _strings(value, where):
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Problem(f"{where} is no list of strings; write it as in: [\"one\", \"another\"]")
    return tuple(value)


def _filters(value, where):
    filters = _strings(value, where)
    for text in filters:
        if not text.strip():
            raise Problem(f"{where} has an empty display filter, which every frame would match; "
                          "write one as in: sip.class >= 5")
        # Neither an argument of a program nor a display filter can hold it.
        if "\0" in text:
            raise Problem(f"{where} has a display filter with a null character; write it as \\x00")
    return filters


def _threshold(value, where):
    if value not in THRESHOLDS:
        raise Problem(f"{where} is {value!r}; it takes one of {', '.join(THRESHOLDS)}")
    return value


def _rules(value, where):
    rules = _strings(value, where)
    for rule in rules:
        if not RULE_ID.fullmatch(rule):
            raise Problem(f"{where} has {rule!r}, which is no rule id; a finding shows its id in brackets, "
                          "as in: 401-www-authenticate")
    return rules


def _truth(value, where):
    if not isinstance(value, bool):
        raise Problem(f"{where} is {value!r}; it takes true or false")
    return value
