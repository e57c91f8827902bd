# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/report: captures -> records -> tally -> figures -> forms.

runs and spread read captures, with tshark here or with GNU parallel anywhere; records reads what tshark
says; tally holds what adds up; partial keeps a tally as JSON; figures makes percentages and times of it;
text_form, csv_form and html_form show them.
"""
