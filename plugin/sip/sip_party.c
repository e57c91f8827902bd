/* sip_party.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_party.h"

#include "sip/sip_value.h"

/* Length of the quoted string that the text begins with, both quotes included. */
static size_t
quoted_length(sip_text text)
{
    size_t at = 1;

    while (at < text.length && text.start[at] != '"') {
        at += text.start[at] == '\\' ? 2 : 1;
    }
    return at < text.length ? at + 1 : text.length;
}

/* Up to the first such character, or all. */
static sip_text
until(sip_text text, char c)
{
    const uint8_t *found = text.length ? memchr(text.start, c, text.length) : NULL;

    return found ? (sip_text){ text.start, (size_t)(found - text.start) } : text;
}

/* Up to the first of two characters, or all. */
static sip_text
until_any(sip_text text, char one, char other)
{
    return (sip_text){ text.start, sip_find_any(text, 0, one, other, other) };
}

static sip_text
behind(sip_text text, size_t count)
{
    return (sip_text){ text.start + count, text.length - count };
}

static sip_text
user_of(sip_text uri)
{
    const uint8_t *colon = uri.length ? memchr(uri.start, ':', uri.length) : NULL;
    const sip_text scheme = { uri.start, colon ? (size_t)(colon - uri.start) : 0 };
    const sip_text rest = colon ? behind(uri, scheme.length + 1) : uri;
    const sip_text before_at = until(rest, '@');

    if (sip_text_equals_nocase(scheme, "tel")) {
        return until_any(rest, ';', '?');
    }
    if (before_at.length == rest.length) {
        return until_any(rest, ';', '?');
    }
    /* RFC 3261 19.1.1: a password, and 19.1.6: what a tel URI had as parameters. */
    const sip_text user = until(until(before_at, ';'), ':');
    return user.length ? user : until_any(behind(rest, before_at.length + 1), ';', '?');
}

/* Where the address of a value stands whose bracket is the first of all that could end its name, as in nearly all; the
 * length of the value for all others. */
static size_t
bracket_of(sip_text value, size_t quoted)
{
    const size_t at = sip_find_any(value, quoted, '<', ';', '"');

    return at < value.length && value.start[at] == '<' ? at : value.length;
}

/* What stands before the first parameter. */
static sip_text
proper_of(sip_text value)
{
    sip_parts parts = sip_parts_of(value, ';');
    sip_text proper;

    return sip_parts_next(&parts, &proper) ? proper : (sip_text){ NULL, 0 };
}

sip_party
sip_party_of(sip_text value)
{
    sip_party party = { { NULL, 0 }, { NULL, 0 } };
    sip_text proper = sip_text_trim(value);
    const size_t quoted = proper.length && proper.start[0] == '"' ? quoted_length(proper) : 0;
    size_t bracket = bracket_of(proper, quoted);

    if (bracket == proper.length) {
        proper = proper_of(proper);
        if (!proper.length) {
            return party;
        }
        bracket = quoted + until(behind(proper, quoted), '<').length;
    }
    if (bracket == proper.length) {
        party.user = user_of(behind(proper, quoted));
        return party;
    }
    party.name = quoted > 1 ? (sip_text){ proper.start + 1, quoted - 2 }
                            : sip_text_trim((sip_text){ proper.start, bracket });
    party.user = user_of(sip_text_trim(until(behind(proper, bracket + 1), '>')));
    return party;
}
