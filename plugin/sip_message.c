/* sip_message.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip_message.h"

#include <string.h>

/* More digits than any Content-Length of a real message. */
#define CONTENT_LENGTH_DIGITS_MAX 9

/* Splits off what stands before the first space. */
static sip_text
take_word(sip_text *rest)
{
    sip_text word = { rest->start, 0 };
    while (word.length < rest->length && rest->start[word.length] != ' ') {
        word.length++;
    }
    size_t skip = word.length < rest->length ? word.length + 1 : word.length;
    rest->start += skip;
    rest->length -= skip;
    return word;
}

/* "SIP/" DIGIT+ "." DIGIT+, the letters in any case (RFC 3261 7.1). */
static bool
is_sip_version(sip_text word)
{
    size_t at = 4;
    if (word.length < 7 || !sip_text_equals_nocase((sip_text){ word.start, at }, "SIP/")) {
        return false;
    }
    while (at < word.length && sip_is_digit(word.start[at])) {
        at++;
    }
    if (at == 4 || at + 1 >= word.length || word.start[at] != '.') {
        return false;
    }
    for (at++; at < word.length; at++) {
        if (!sip_is_digit(word.start[at])) {
            return false;
        }
    }
    return true;
}

static sip_kind
read_status_line(sip_text rest, sip_message *message)
{
    sip_text digits = take_word(&rest);

    if (digits.length == 0) {
        return SIP_OTHER;
    }
    for (size_t i = 0; i < digits.length; i++) {
        if (!sip_is_digit(digits.start[i])) {
            return SIP_OTHER;
        }
    }
    message->code_digits = digits;
    message->code_is_valid = digits.length == 3;
    if (message->code_is_valid) {
        message->code = (uint16_t)((digits.start[0] - '0') * 100 + (digits.start[1] - '0') * 10 +
                                   (digits.start[2] - '0'));
    }
    message->phrase = sip_text_trim(rest);
    return SIP_RESPONSE;
}

static sip_kind
read_request_line(sip_text method, sip_text rest, sip_message *message)
{
    sip_text uri = take_word(&rest);
    bool has_colon = uri.length && memchr(uri.start, ':', uri.length) != NULL;

    if (method.length == 0 || !has_colon || !is_sip_version(sip_text_trim(rest))) {
        return SIP_OTHER;
    }
    message->method = method;
    return SIP_REQUEST;
}

static sip_kind
read_start_line(sip_message *message)
{
    sip_text rest = message->start_line;
    sip_text first = take_word(&rest);

    return is_sip_version(first) ? read_status_line(rest, message)
                                 : read_request_line(first, rest, message);
}

/* A line without a colon is a value without a name. So is one that begins with
 * a blank: the first line alone can, folded onto a start line that must not be
 * folded (RFC 3261 7.3.1). */
static sip_header
header_of_line(sip_text line)
{
    const uint8_t *colon = line.length ? memchr(line.start, ':', line.length) : NULL;

    if (!colon || sip_is_blank(line.start[0])) {
        return (sip_header){ { NULL, 0 }, line };
    }
    size_t name_length = (size_t)(colon - line.start);
    return (sip_header){
        sip_text_trim((sip_text){ line.start, name_length }),
        sip_text_trim((sip_text){ colon + 1, line.length - name_length - 1 })
    };
}

bool
sip_header_is(sip_text name, sip_header_id id)
{
    const header_name *row = &header_names[id];

    if (name.length == 1 && row->compact) {
        return sip_lower(name.start[0]) == (uint8_t)row->compact;
    }
    return name.length == row->length && sip_text_equals_nocase(name, row->name);
}

/* The number that a Content-Length value holds, or -1. */
static int64_t
content_length(sip_text value)
{
    int64_t length = 0;

    if (value.length == 0 || value.length > CONTENT_LENGTH_DIGITS_MAX) {
        return -1;
    }
    for (size_t i = 0; i < value.length; i++) {
        if (!sip_is_digit(value.start[i])) {
            return -1;
        }
        length = length * 10 + (value.start[i] - '0');
    }
    return length;
}

/* Takes a header line with the lines folded onto it (RFC 3261 7.3.1). */
static bool
logical_line_next(sip_text headers, size_t *position, sip_text *line, bool *ended)
{
    sip_text next;

    if (!sip_line_next(headers, position, line, ended)) {
        return false;
    }
    while (*ended && line->length && *position < headers.length && sip_is_blank(headers.start[*position])) {
        if (sip_line_next(headers, position, &next, ended)) {
            line->length = (size_t)(next.start - line->start) + next.length;
        }
    }
    return true;
}

/* The first letter spares most lines to be taken apart. */
static bool
may_be_asked_for(sip_text line)
{
    switch (sip_lower(line.length ? line.start[0] : 0)) {
    case 'c':
    case 'f':
    case 'i':
    case 'l':
    case 't':
    case 'v':
        return true;
    default:
        return false;
    }
}

/* Where the value of a header goes that every message is asked for; NULL for
 * all others. */
static sip_text *
place_of_header(sip_message *message, sip_text name, sip_text *length)
{
    switch (sip_lower(name.length ? name.start[0] : 0)) {
    case 'v':
        return sip_header_is(name, SIP_HEADER_VIA) ? &message->via : NULL;
    case 'f':
        return sip_header_is(name, SIP_HEADER_FROM) ? &message->from : NULL;
    case 't':
        return sip_header_is(name, SIP_HEADER_TO) ? &message->to : NULL;
    case 'i':
        return sip_header_is(name, SIP_HEADER_CALL_ID) ? &message->call_id : NULL;
    case 'l':
        return sip_header_is(name, SIP_HEADER_CONTENT_LENGTH) ? length : NULL;
    case 'c':
        break;
    default:
        return NULL;
    }
    return sip_header_is(name, SIP_HEADER_CSEQ) ? &message->cseq
        : sip_header_is(name, SIP_HEADER_CALL_ID) ? &message->call_id
        : sip_header_is(name, SIP_HEADER_CONTENT_LENGTH) ? length
        : sip_header_is(name, SIP_HEADER_CONTENT_TYPE) ? &message->content_type : NULL;
}

/* Sets headers and body in one pass. all starts behind the start line. */
static void
split_headers_and_body(sip_text all, sip_message *message)
{
    sip_text length_value = { NULL, 0 };
    size_t position = 0;
    size_t start = 0;
    sip_text line;
    bool ended;

    for (; logical_line_next(all, &position, &line, &ended); start = position) {
        if (line.length == 0 && ended) {
            message->headers_complete = true;
            break;
        }
        if (ended && may_be_asked_for(line)) {
            const sip_header header = header_of_line(line);
            sip_text *place = place_of_header(message, header.name, &length_value);
            if (place && !place->start) {
                *place = header.value;
            }
        }
    }
    message->headers = (sip_text){ all.start, start };
    if (message->headers_complete) {
        const int64_t length = content_length(length_value);
        message->body = (sip_text){ all.start + position, all.length - position };
        message->body_complete = length <= (int64_t)message->body.length;
        if (length >= 0 && message->body_complete) {
            message->body.length = (size_t)length;
        }
    }
}

sip_kind
sip_message_parse(const uint8_t *bytes, size_t length, sip_message *message)
{
    sip_text all = { bytes, length };
    size_t position = 0;

    memset(message, 0, sizeof *message);
    if (!bytes ||
        !sip_line_next(all, &position, &message->start_line, &message->start_line_complete)) {
        return SIP_OTHER;
    }
    message->kind = read_start_line(message);
    if (message->kind == SIP_OTHER) {
        return SIP_OTHER;
    }
    split_headers_and_body((sip_text){ bytes + position, length - position }, message);
    message->length = length;
    if (message->headers_complete) {
        message->length = (size_t)(message->body.start - bytes) + message->body.length;
    }
    return message->kind;
}

bool
sip_header_next(sip_text headers, size_t *position, sip_header *header)
{
    sip_text line;
    bool ended;

    if (!logical_line_next(headers, position, &line, &ended) || !ended) {
        return false;
    }
    *header = header_of_line(line);
    return true;
}

bool
sip_header_find(sip_text headers, sip_header_id id, sip_text *value)
{
    size_t position = 0;
    sip_header header;

    while (sip_header_next(headers, &position, &header)) {
        if (sip_header_is(header.name, id)) {
            *value = header.value;
            return true;
        }
    }
    return false;
}

sip_text
sip_cseq_method(const sip_message *message)
{
    const sip_text value = message->cseq;
    size_t at = 0;

    if (!value.length) {
        return (sip_text){ NULL, 0 };
    }
    while (at < value.length && sip_is_digit(value.start[at])) {
        at++;
    }
    sip_text method = sip_text_trim((sip_text){ value.start + at, value.length - at });
    for (size_t i = 0; i < method.length; i++) {
        if (method.start[i] <= ' ') {
            method.length = i;
        }
    }
    return method.length ? method : (sip_text){ NULL, 0 };
}
