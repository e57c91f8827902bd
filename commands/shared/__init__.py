# SPDX-License-Identifier: GPL-2.0-or-later
"""What the Python tools that run tshark have in common."""

# That of the plugin: what a finding or a record says is an agreement between it and the tools.
VERSION = "0.1.0"
