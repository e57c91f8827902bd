/* sip_value.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip_value.h"

#include <string.h>

/* Where c stands next, from at on; the length of the text if it does not. */
static size_t
find_from(sip_text text, size_t at, char c)
{
    const uint8_t *found = at < text.length ? memchr(text.start + at, c, text.length - at) : NULL;

    return found ? (size_t)(found - text.start) : text.length;
}

/* Behind the quoted string that opens at at. */
static size_t
skip_quoted(sip_text text, size_t at)
{
    for (at++; at < text.length && text.start[at] != '"'; at++) {
        if (text.start[at] == '\\') {
            at++;
        }
    }
    return at < text.length ? at + 1 : text.length;
}

/* The end of the part that begins at at. Each of the three is searched for
 * again only once it lies behind, and quotes and brackets no further than to
 * the separator, so that the work stays linear. */
static size_t
end_of_part(sip_text text, char separator, size_t at)
{
    size_t end = find_from(text, at, separator);
    if (end == text.length) {
        return end;
    }
    sip_text near = { text.start, end };
    size_t quote = find_from(near, at, '"');
    size_t bracket = find_from(near, at, '<');

    while (quote < end || bracket < end) {
        at = quote < bracket ? skip_quoted(text, quote) : find_from(text, bracket, '>');
        end = end < at ? find_from(text, at, separator) : end;
        near.length = end;
        quote = quote < at ? find_from(near, at, '"') : quote;
        bracket = bracket < at ? find_from(near, at, '<') : bracket;
    }
    return end;
}

bool
sip_value_next_part(sip_text text, char separator, size_t *position, sip_text *part)
{
    if (*position >= text.length) {
        return false;
    }
    const size_t end = end_of_part(text, separator, *position);
    *part = sip_text_trim((sip_text){ text.start + *position, end - *position });
    *position = end + 1;
    return true;
}

static sip_text
unquoted(sip_text text)
{
    if (text.length >= 2 && text.start[0] == '"' && text.start[text.length - 1] == '"') {
        return (sip_text){ text.start + 1, text.length - 2 };
    }
    return text;
}

/* Is this "name" or "name=value"? *parameter is then the value. */
static bool
is_parameter(sip_text part, const char *name, size_t name_length, sip_text *parameter)
{
    if (part.length < name_length || !sip_bytes_equal_nocase(part.start, name, name_length)) {
        return false;
    }
    sip_text rest = sip_text_trim((sip_text){ part.start + name_length, part.length - name_length });
    if (rest.length && rest.start[0] != '=') {
        return false;
    }
    *parameter = rest.length ? unquoted(sip_text_trim((sip_text){ rest.start + 1, rest.length - 1 })) : rest;
    return true;
}

bool
sip_value_parameter(sip_text value, const char *name, sip_text *parameter)
{
    const size_t name_length = strlen(name);
    /* The first part is the value proper. */
    size_t position = value.length ? end_of_part(value, ';', 0) + 1 : 0;
    sip_text part;

    while (sip_value_next_part(value, ';', &position, &part)) {
        if (is_parameter(part, name, name_length, parameter)) {
            return true;
        }
    }
    return false;
}

bool
sip_value_number(sip_text value, size_t *position, uint32_t *number)
{
    size_t at = *position;
    uint64_t sum = 0;

    while (at < value.length && value.start[at] <= ' ') {
        at++;
    }
    size_t first = at;
    while (at < value.length && at - first < 10 && value.start[at] >= '0' && value.start[at] <= '9') {
        sum = sum * 10 + (uint64_t)(value.start[at] - '0');
        at++;
    }
    if (at == first || sum > UINT32_MAX) {
        return false;
    }
    *position = at;
    *number = (uint32_t)sum;
    return true;
}
