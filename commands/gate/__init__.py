# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-gate: settings -> judge -> reports, one module each; judge runs tshark."""
