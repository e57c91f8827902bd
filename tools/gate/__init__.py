# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-gate: settings -> tshark -> judge -> reports, one module each."""

# That of the plugin: what a finding says is an agreement between the two.
VERSION = "0.1.0"
