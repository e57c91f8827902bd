/* sip_value.h
 * Takes header values apart: lists, parameters, quotes (RFC 3261 7.3.1, 25.1).
 *
 * Pure: no Wireshark type and no allocation. What comes out points into what
 * went in. Work is linear in the text, whatever its quotes and brackets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_VALUE_H
#define SIPRESP_SIP_VALUE_H

#include "sip/sip_message.h"

/* A value on its way through its parts; the members are sip_value.c's. */
typedef struct {
    sip_text text;
    size_t position;    /* of the next part */
    char separator;
} sip_parts;

static inline sip_parts
sip_parts_of(sip_text text, char separator)
{
    return (sip_parts){ .text = text, .separator = separator };
}

/* Takes what stands before the next separator outside of quotes and angle
 * brackets, without outer white space. Returns false at the end. */
bool sip_parts_next(sip_parts *parts, sip_text *part);

/* Where what begins at at ends, by a semicolon or with the value; 0 where a quote or a bracket opens before. */
ALWAYS_INLINE size_t
sip_plain_end(sip_text value, size_t at)
{
    const size_t end = sip_find_any(value, at, ';', '"', '<');

    return end == value.length || value.start[end] == ';' ? end : 0;
}

/* Is the part "name" or "name=value"? *parameter is then the value without its
 * quotes, empty where it has none. */
bool sip_part_is_parameter(sip_text part, const char *name, size_t name_length, sip_text *parameter);

/* The value of the next parameter of that name, without its quotes; empty where
 * it has none. Returns false if none is left. */
bool sip_parts_parameter(sip_parts *parts, const char *name, size_t name_length, sip_text *parameter);

/* The same of one value of a list, in which the parameters stand behind the
 * value proper. */
bool sip_value_parameter(sip_text value, const char *name, sip_text *parameter);

/* The same of the tag of a From or To. */
bool sip_value_tag(sip_text value, sip_text *tag);

/* What stands between the quotes that text begins with, escapes and all; up to
 * its end where no quote closes them, and text itself where none opens. */
sip_text sip_value_quoted(sip_text text);

/* All values of all headers of one name, one after the other, empty ones left
 * out (RFC 3261 7.3.1); the members are sip_value.c's. */
typedef struct {
    sip_text headers;
    size_t position;    /* of the next header line */
    sip_parts parts;    /* of this one */
    sip_header_id id;
} sip_values;

/* first is the value of the first of them, as sip_message has it; absent where
 * there is none. */
sip_values sip_values_from(sip_text headers, sip_header_id id, sip_text first);

sip_values sip_values_of(sip_text headers, sip_header_id id);

/* Returns false at the end. */
bool sip_values_next(sip_values *values, sip_text *value);

/* Reads a number of at most 10 digits at *position, white space before it
 * skipped. Returns false if there is none or if it exceeds 32 bits. */
bool sip_value_number(sip_text value, size_t *position, uint32_t *number);

#endif
