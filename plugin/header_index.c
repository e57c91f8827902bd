/* header_index.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "header_index.h"

#include <string.h>

/* The longest registered name has far fewer bytes. */
#define NAME_LENGTH_MAX 40

/* RFC 3261 25.1: token */
static bool
is_token(sip_text text)
{
    static const char marks[] = "-.!%*_+`'~";

    for (size_t i = 0; i < text.length; i++) {
        uint8_t c = text.start[i];
        bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter_or_digit && !(c && strchr(marks, c))) {
            return false;
        }
    }
    return text.length > 0;
}

static bool
has_control_character(sip_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        uint8_t c = text.start[i];
        if ((c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7f) {
            return true;
        }
    }
    return false;
}

/* SIP_HEADER_COUNT for a name that no table row has. */
static sip_header_id
header_id_of(sip_text name)
{
    char spelling[NAME_LENGTH_MAX + 1];
    size_t low = 0;
    size_t high = HEADER_SPELLING_COUNT;

    if (name.length > NAME_LENGTH_MAX) {
        return SIP_HEADER_COUNT;
    }
    for (size_t i = 0; i < name.length; i++) {
        uint8_t c = name.start[i];
        spelling[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    spelling[name.length] = '\0';
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(spelling, header_spellings[middle].spelling);
        if (order == 0) {
            return header_spellings[middle].id;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return SIP_HEADER_COUNT;
}

void
header_index_build(header_index *index, sip_text headers)
{
    size_t position = 0;
    size_t start = 0;
    sip_header header;

    memset(index, 0, sizeof *index);
    index->headers = headers;
    index->readable = true;
    for (; sip_header_next(headers, &position, &header); start = position) {
        if (!is_token(header.name) || has_control_character(header.value)) {
            index->readable = false;
            continue;
        }
        sip_header_id id = header_id_of(header.name);
        if (id != SIP_HEADER_COUNT && index->count[id]++ == 0) {
            index->first[id] = start;
        }
    }
}

/* Takes what stands before the next separator outside of quotes and angle
 * brackets. Returns false at the end. */
static bool
next_part(sip_text text, char separator, size_t *position, sip_text *part)
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

static bool
value_has_parameter(sip_text value, const header_selector *selector)
{
    size_t position = 0;
    sip_text part;

    /* The first part is the value proper. */
    if (!next_part(value, ';', &position, &part)) {
        return false;
    }
    while (next_part(value, ';', &position, &part)) {
        size_t inside = 0;
        sip_text name;
        if (!next_part(part, '=', &inside, &name) || !sip_text_equals_nocase(name, selector->name)) {
            continue;
        }
        size_t rest = inside < part.length ? inside : part.length;
        sip_text found = unquoted(sip_text_trim((sip_text){ part.start + rest, part.length - rest }));
        if (!selector->value || sip_text_equals_nocase(found, selector->value)) {
            return true;
        }
    }
    return false;
}

static bool
value_fits(sip_text value, const header_selector *selector)
{
    return selector->kind == SELECT_TOKEN ? sip_text_equals_nocase(value, selector->name)
                                          : value_has_parameter(value, selector);
}

bool
header_index_has(const header_index *index, const header_selector *selector)
{
    uint32_t left = index->count[selector->header];
    size_t position = index->first[selector->header];
    sip_header header;

    if (left == 0 || selector->kind == SELECT_HEADER) {
        return left != 0;
    }
    while (left > 0 && sip_header_next(index->headers, &position, &header)) {
        if (!sip_header_is(header.name, selector->header)) {
            continue;
        }
        left--;
        size_t inside = 0;
        sip_text value;
        while (next_part(header.value, ',', &inside, &value)) {
            if (value_fits(value, selector) != selector->every_value) {
                return !selector->every_value;
            }
        }
    }
    return selector->every_value;
}
