# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-calls: one call, one line; a call as a ladder; a call as a capture of its own."""
