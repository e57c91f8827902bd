/* sip_value.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_value.h"

#include <string.h>

/* Where the quote stands that closes the string which opens at at; the length
 * of the text if none does. */
static size_t
closing_quote(sip_text text, size_t at)
{
    at = sip_find_any(text, at + 1, '"', '\\', '\\');
    while (at < text.length && text.start[at] == '\\') {
        at = at + 2 < text.length ? sip_find_any(text, at + 2, '"', '\\', '\\') : text.length;
    }
    return at < text.length ? at : text.length;
}

/* Behind the quoted string that opens at at. */
static size_t
skip_quoted(sip_text text, size_t at)
{
    const size_t end = closing_quote(text, at);

    return end < text.length ? end + 1 : end;
}

/* Where the part ends in which a quote or an angle bracket opens at at. No byte is looked at twice. */
static size_t
end_behind_opening(sip_text text, size_t at, char separator)
{
    while (at < text.length && text.start[at] != (uint8_t)separator) {
        at = text.start[at] == '"' ? skip_quoted(text, at) : sip_find_any(text, at, '>', '>', '>');
        at = sip_find_any(text, at, separator, '"', '<');
    }
    return at;
}

/* Where the part ends that begins at at. In most parts nothing opens. */
ALWAYS_INLINE size_t
end_of_part(const sip_parts *parts, size_t at)
{
    const sip_text text = parts->text;

    /* Most lists have one value. */
    if (parts->separator == ',' && at < text.length && !memchr(text.start + at, ',', text.length - at)) {
        return text.length;
    }
    at = sip_find_any(text, at, parts->separator, '"', '<');
    return at == text.length || text.start[at] == (uint8_t)parts->separator ? at
        : end_behind_opening(text, at, parts->separator);
}

bool
sip_parts_next(sip_parts *parts, sip_text *part)
{
    const size_t start = parts->position;

    if (start >= parts->text.length) {
        return false;
    }
    const size_t end = end_of_part(parts, start);
    *part = sip_text_trim((sip_text){ parts->text.start + start, end - start });
    parts->position = end + 1;
    return true;
}

/* Goes over the next part. Returns false at the end. */
static bool
skip_part(sip_parts *parts)
{
    const size_t start = parts->position;

    if (start >= parts->text.length) {
        return false;
    }
    parts->position = end_of_part(parts, start) + 1;
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

/* Behind the white space that begins at at, if there is any. */
static size_t
skip_space(sip_text text, size_t at)
{
    while (at < text.length && sip_is_space(text.start[at])) {
        at++;
    }
    return at;
}

bool
sip_part_is_parameter(sip_text part, const char *name, size_t name_length, sip_text *parameter)
{
    if (part.length < name_length || !sip_bytes_equal_nocase(part.start, name, name_length)) {
        return false;
    }
    size_t at = skip_space(part, name_length);
    if (at < part.length && part.start[at] != '=') {
        return false;
    }
    at = at < part.length ? skip_space(part, at + 1) : at;
    *parameter = unquoted((sip_text){ part.start + at, part.length - at });
    return true;
}

/* In any case. Most parts differ in the first letter. */
static inline bool
begins_with(sip_text text, size_t at, char letter)
{
    return at < text.length && sip_lower(text.start[at]) == sip_lower((uint8_t)letter);
}

bool
sip_parts_parameter(sip_parts *parts, const char *name, size_t name_length, sip_text *parameter)
{
    const sip_text text = parts->text;

    while (parts->position < text.length) {
        const size_t start = skip_space(text, parts->position);
        const size_t end = end_of_part(parts, start);
        parts->position = end + 1;
        const sip_text part = { text.start + start, end - start };
        if (begins_with(text, start, name[0]) &&
            sip_part_is_parameter(sip_text_trim(part), name, name_length, parameter)) {
            return true;
        }
    }
    return false;
}

/* Where the address begins that has a name before it; the length of the value where anything else comes first. */
static size_t
bracket_behind_name(sip_text value)
{
    size_t at = value.length && value.start[0] == '"' ? 0 : sip_find_any(value, 0, '<', ';', '"');

    if (at < value.length && value.start[at] == '"') {
        const size_t behind = skip_quoted(value, at);
        at = behind + 1 < value.length && value.start[behind + 1] == '<' && value.start[behind] == ' '
                 ? behind + 1 : sip_find_any(value, behind, '<', ';', '"');
    }
    return at < value.length && value.start[at] == '<' ? at : value.length;
}

/* The place behind an address in brackets that has nothing or a name before it; beyond the value where there is none. */
ALWAYS_INLINE size_t
behind_address(sip_text value)
{
    const size_t at = value.length && value.start[0] == '<' ? 0 : bracket_behind_name(value);

    return sip_find_any(value, at, '>', '>', '>') + 1;
}

/* Where the value of a parameter begins that stands right there, as the tag of '"Bob" <sip:bob@example.com>;tag=1'
 * does in nearly all; 0 for all others. */
ALWAYS_INLINE size_t
parameter_at(sip_text value, size_t at, const char *name, size_t name_length)
{
    const size_t start = at + name_length + 2;

    return start < value.length && value.start[at] == ';' && sip_bytes_equal(value.start + at + 1, name, name_length) &&
           value.start[start - 1] == '=' && value.start[start] > ' ' ? start : 0;
}

ALWAYS_INLINE bool
value_parameter(sip_text value, const char *name, size_t name_length, sip_text *parameter)
{
    const size_t behind = behind_address(value);

    if (behind == value.length) {
        return false;
    }
    const size_t start = parameter_at(value, behind, name, name_length);
    const size_t end = start ? sip_plain_end(value, start) : 0;
    if (end) {
        *parameter = sip_text_trim((sip_text){ value.start + start, end - start });
        return true;
    }
    sip_parts parts = sip_parts_of(value, ';');
    return skip_part(&parts) && sip_parts_parameter(&parts, name, name_length, parameter);
}

bool
sip_value_parameter(sip_text value, const char *name, sip_text *parameter)
{
    return value_parameter(value, name, strlen(name), parameter);
}

bool
sip_value_tag(sip_text value, sip_text *tag)
{
    return value_parameter(value, "tag", strlen("tag"), tag);
}

sip_values
sip_values_from(sip_text headers, sip_header_id id, sip_text first)
{
    return (sip_values){
        .headers = headers,
        .position = first.start ? (size_t)(first.start + first.length - headers.start) : headers.length,
        .parts = sip_parts_of(first, ','),
        .id = id,
    };
}

sip_values
sip_values_of(sip_text headers, sip_header_id id)
{
    return (sip_values){ .headers = headers, .parts = { .separator = ',' }, .id = id };
}

bool
sip_values_next(sip_values *values, sip_text *value)
{
    sip_text line;

    for (;;) {
        while (sip_parts_next(&values->parts, value)) {
            if (value->length) {
                return true;
            }
        }
        if (!sip_header_next_of(values->headers, &values->position, values->id, &line)) {
            return false;
        }
        values->parts = sip_parts_of(line, ',');
    }
}

sip_text
sip_value_quoted(sip_text text)
{
    if (!text.length || text.start[0] != '"') {
        return text;
    }
    return (sip_text){ text.start + 1, closing_quote(text, 0) - 1 };
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
