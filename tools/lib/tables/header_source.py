# SPDX-License-Identifier: GPL-2.0-or-later
"""The C of the header names."""

from c_text import BANNER, c_name, c_string


def sorted_spellings(tables):
    """Every spelling of a header in lower case, compact forms too, for a binary search."""
    names = [(row[key].lower(), row["name"]) for row in tables.headers for key in ("name", "compact")
             if key in row]
    return sorted(names)


def header_source(tables):
    names = "\n".join(f"    {{ {c_string(row['name'])}, {len(row['name'])}, '{row.get('compact', chr(92) + '0')}' }},"
                      for row in tables.headers)
    spellings = "\n".join(f"    {{ {c_string(spelling)}, SIP_HEADER_{c_name(name)} }},"
                          for spelling, name in sorted_spellings(tables))
    return (BANNER + '#include "header_tables.h"\n\n'
            + f"const header_name header_names[SIP_HEADER_COUNT] = {{\n{names}\n}};\n\n"
            + f"const header_spelling header_spellings[HEADER_SPELLING_COUNT] = {{\n{spellings}\n}};\n")


def header_header(tables):
    ids = "\n".join(f"    SIP_HEADER_{c_name(name)}," for name in tables.header_names())
    return BANNER + f"""#ifndef SIPRESP_HEADER_TABLES_H
#define SIPRESP_HEADER_TABLES_H

#include <stddef.h>

typedef enum {{
{ids}
    SIP_HEADER_COUNT
}} sip_header_id;

typedef struct {{
    const char *name;
    size_t length;      /* of the name */
    char compact;       /* '\\0' where there is no compact form */
}} header_name;

typedef struct {{
    const char *spelling;   /* a name or a compact form, in lower case */
    sip_header_id id;
}} header_spelling;

#define HEADER_SPELLING_COUNT {len(sorted_spellings(tables))}

extern const header_name header_names[SIP_HEADER_COUNT];
/* In the order of strcmp(). */
extern const header_spelling header_spellings[HEADER_SPELLING_COUNT];

#endif
"""
