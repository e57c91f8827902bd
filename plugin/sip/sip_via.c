/* sip_via.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_via.h"

#include "sip/sip_value.h"

static const char branch_is[] = ";branch=";
#define BRANCH_IS_LENGTH (sizeof branch_is - 1)

static size_t
behind_last_blank(sip_text text)
{
    size_t behind = 0;

    for (size_t at = 0; (at = sip_find_any(text, at, ' ', '\t', '\t')) < text.length; behind = at) {
        at++;
    }
    return behind;
}

static sip_text
sent_by_of(sip_text proper)
{
    return sip_text_behind(proper, behind_last_blank(proper));
}

/* Could what begins with this character be the branch, but in other letters or behind a blank? */
static bool
may_be_branch(uint8_t c)
{
    return c <= ' ' || (c | 0x20) == 'b';
}

/* Where what begins at at ends, by a semicolon or with the value; 0 where anything else may end it. */
ALWAYS_INLINE size_t
end_in_via(sip_text value, size_t at)
{
    const size_t end = sip_find_among(value, at, ';', ',', '"', '<');

    return end == value.length || value.start[end] == ';' ? end : 0;
}

/* As nearly everybody writes it: up to the branch one value without quotes, with the branch to the letter. Says nothing
 * of any other. */
static bool
read_plain(sip_text value, sip_via *via)
{
    const size_t proper = end_in_via(value, 0);

    if (!proper) {
        return false;
    }
    for (size_t at = proper, end = 0; at && at + BRANCH_IS_LENGTH < value.length; at = end) {
        end = end_in_via(value, at + 1);
        if (sip_bytes_equal(value.start + at, branch_is, BRANCH_IS_LENGTH)) {
            const size_t start = at + BRANCH_IS_LENGTH;
            if (end <= start || value.start[start] <= ' ') {
                return false;
            }
            via->sent_by = sent_by_of(sip_text_trim((sip_text){ value.start, proper }));
            via->branch = sip_text_trim((sip_text){ value.start + start, end - start });
            return true;
        }
        if (may_be_branch(value.start[at + 1])) {
            return false;
        }
    }
    return false;
}

static sip_via
read_any(sip_text value)
{
    sip_via via = { { NULL, 0 }, { NULL, 0 } };
    sip_parts values = sip_parts_of(value, ',');
    sip_text top;
    sip_text proper;

    if (!sip_parts_next(&values, &top)) {
        return via;
    }
    sip_parts parts = sip_parts_of(top, ';');
    if (sip_parts_next(&parts, &proper)) {
        via.sent_by = sent_by_of(proper);
        sip_parts_parameter(&parts, "branch", strlen("branch"), &via.branch);
    }
    return via;
}

sip_via
sip_via_of(sip_text value)
{
    sip_via via;

    return read_plain(value, &via) ? via : read_any(value);
}
