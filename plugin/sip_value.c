/* sip_value.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip_value.h"

bool
sip_value_next_part(sip_text text, char separator, size_t *position, sip_text *part)
{
    bool quoted = false;
    bool bracketed = false;
    size_t at = *position;

    if (at >= text.length) {
        return false;
    }
    for (; at < text.length; at++) {
        uint8_t c = text.start[at];
        if (quoted && c == '\\') {
            at++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '<' || c == '>')) {
            bracketed = c == '<';
        } else if (!quoted && !bracketed && c == (uint8_t)separator) {
            break;
        }
    }
    size_t end = at < text.length ? at : text.length;
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

bool
sip_value_parameter(sip_text value, const char *name, sip_text *parameter)
{
    size_t position = 0;
    sip_text part;

    /* The first part is the value proper. */
    if (!sip_value_next_part(value, ';', &position, &part)) {
        return false;
    }
    while (sip_value_next_part(value, ';', &position, &part)) {
        size_t inside = 0;
        sip_text found;
        if (!sip_value_next_part(part, '=', &inside, &found) || !sip_text_equals_nocase(found, name)) {
            continue;
        }
        size_t rest = inside < part.length ? inside : part.length;
        *parameter = unquoted(sip_text_trim((sip_text){ part.start + rest, part.length - rest }));
        return true;
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
