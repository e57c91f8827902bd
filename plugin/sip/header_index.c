/* header_index.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/header_index.h"

#include <string.h>

#include "sip/sip_value.h"

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

static bool
value_has_parameter(sip_text value, const header_selector *selector)
{
    sip_text found;

    return sip_value_parameter(value, selector->name, &found) &&
           (!selector->value || sip_text_equals_nocase(found, selector->value));
}

/* RFC 3261 25.1: a challenge is a scheme, white space, and what belongs to it. */
static bool
value_has_scheme(sip_text value, const header_selector *selector)
{
    sip_text scheme = value;

    for (size_t i = 0; i < value.length; i++) {
        if (value.start[i] == ' ' || value.start[i] == '\t') {
            scheme.length = i;
            break;
        }
    }
    return sip_text_equals_nocase(scheme, selector->name);
}

static bool
value_fits(sip_text value, const header_selector *selector)
{
    switch (selector->kind) {
    case SELECT_TOKEN:
        return sip_text_equals_nocase(value, selector->name);
    case SELECT_SCHEME:
        return value_has_scheme(value, selector);
    case SELECT_HEADER:
    case SELECT_PARAMETER:
        break;
    }
    return value_has_parameter(value, selector);
}

bool
header_index_has(const header_index *index, const header_selector *selector)
{
    uint32_t left = index->count[selector->header];
    size_t position = index->first[selector->header];
    sip_text line_value;

    if (left == 0 || selector->kind == SELECT_HEADER) {
        return left != 0;
    }
    while (left-- > 0 && sip_header_next_of(index->headers, &position, selector->header, &line_value)) {
        sip_parts values = sip_parts_of(line_value, ',');
        sip_text value;
        while (sip_parts_next(&values, &value)) {
            if (value_fits(value, selector) != selector->every_value) {
                return !selector->every_value;
            }
        }
    }
    return selector->every_value;
}
