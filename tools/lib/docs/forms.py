# SPDX-License-Identifier: GPL-2.0-or-later
"""What all pages are made with: tables of Markdown, lines of man pages."""

PAGE_NOTE = "<!-- SPDX-License-Identifier: GPL-2.0-or-later; made by tools/make_docs -->\n"
# A man page must begin with its title, so its licence stands behind it.
MAN_NOTE = ['.\\" SPDX-License-Identifier: GPL-2.0-or-later', '.\\" Made by tools/make_docs; change its sources instead.']


def markdown_table(heading, rows):
    lines = ["| " + " | ".join(heading) + " |", "|" + " --- |" * len(heading)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def roff(text):
    """Text as a line of a man page: no Markdown, nothing that roff would read."""
    text = text.replace("\\", "\\e").replace("`", "").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def man_title(name, section, summary, version):
    return [f'.TH {name.upper()} {section} "" "sipresp {version}" "sipresp"', *MAN_NOTE,
            ".SH NAME", f"{roff(name)} \\- {roff(summary)}"]
