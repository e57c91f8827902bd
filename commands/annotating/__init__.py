# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-annotate: a command line, a tshark, and its output in one of three forms."""
