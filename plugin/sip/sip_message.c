/* sip_message.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_message.h"

/* Splits off what stands before the first space. */
static sip_text
take_word(sip_text *rest)
{
    const uint8_t *space = rest->length ? memchr(rest->start, ' ', rest->length) : NULL;
    const sip_text word = { rest->start, space ? (size_t)(space - rest->start) : rest->length };
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
    if (sip_text_equals(word, "SIP/2.0")) {
        return true;
    }
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
    message->code_is_valid = digits.length == SIP_CODE_DIGITS;
    message->code_is_spaced = rest.start > digits.start + digits.length;
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
    message->version_is_usual = sip_text_equals(rest, "SIP/2.0");
    message->method = method;
    message->request_uri = uri;
    return SIP_REQUEST;
}

static sip_kind
read_start_line(sip_message *message)
{
    sip_text rest = message->start_line;
    sip_text first = take_word(&rest);

    if (is_sip_version(first)) {
        message->version_is_usual = sip_text_equals(first, "SIP/2.0");
        return read_status_line(rest, message);
    }
    return read_request_line(first, rest, message);
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

/* What Wireshark takes a Content-Length value for, so that messages end where
 * its own do: it reads 32 bits without a sign, of which it makes a number with one.
 * Anything but a number is 0, what has no room there is none (-1), and below that
 * is no body. */
static int64_t
content_length(sip_text value)
{
    int64_t length = 0;

    for (size_t i = 0; i < value.length; i++) {
        if (!sip_is_digit(value.start[i])) {
            return 0;
        }
        length = length > UINT32_MAX ? length : length * 10 + (value.start[i] - '0');
    }
    return length >= UINT32_MAX ? -1 : length > INT32_MAX ? 0 : length;
}

/* Takes a header line with the lines folded onto it (RFC 3261 7.3.1). */
static inline bool
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

static inline bool
ends_name(uint8_t c)
{
    return c == ':' || sip_is_space(c);
}

#ifdef __GNUC__
#define ALWAYS_INLINE __attribute__((always_inline)) static inline
#else
#define ALWAYS_INLINE static inline
#endif

/* Is the line this header, in any case, or its compact form? Most lines are
 * not, and their first letter shows it. */
ALWAYS_INLINE bool
line_is_header(sip_text line, sip_header_id id, sip_text *value)
{
    const header_name *row = &header_names[id];
    size_t at;

    if (line.length > row->length && ends_name(line.start[row->length]) &&
        sip_bytes_equal_nocase(line.start, row->name, row->length)) {
        at = row->length;
    } else if (row->compact && line.length > 1 && sip_lower(line.start[0]) == (uint8_t)row->compact) {
        at = 1;
    } else {
        return false;
    }
    while (at < line.length && sip_is_space(line.start[at])) {
        at++;
    }
    if (at == line.length || line.start[at] != ':') {
        return false;
    }
    *value = sip_text_trim((sip_text){ line.start + at + 1, line.length - at - 1 });
    return true;
}

/* Where the value goes of a header that every message is asked for; NULL for
 * all others. */
static sip_text *
place_of_line(sip_message *message, sip_text line, sip_text *length, sip_text *value)
{
    switch (sip_lower(line.length ? line.start[0] : 0)) {
    case 'v':
        return line_is_header(line, SIP_HEADER_VIA, value) ? &message->via : NULL;
    case 'f':
        return line_is_header(line, SIP_HEADER_FROM, value) ? &message->from : NULL;
    case 't':
        return line_is_header(line, SIP_HEADER_TO, value) ? &message->to : NULL;
    case 'i':
        return line_is_header(line, SIP_HEADER_CALL_ID, value) ? &message->call_id : NULL;
    case 'k':
    case 's':
        return line_is_header(line, SIP_HEADER_SUPPORTED, value) ? &message->supported : NULL;
    case 'r':
        return line_is_header(line, SIP_HEADER_REQUIRE, value) ? &message->require
            : line_is_header(line, SIP_HEADER_RSEQ, value) ? &message->rseq
            : line_is_header(line, SIP_HEADER_RACK, value) ? &message->rack
            : line_is_header(line, SIP_HEADER_REASON, value) ? &message->reason
            : line_is_header(line, SIP_HEADER_RETRY_AFTER, value) ? &message->retry_after : NULL;
    case 'w':
        return line_is_header(line, SIP_HEADER_WARNING, value) ? &message->warning : NULL;
    case 'l':
        return line_is_header(line, SIP_HEADER_CONTENT_LENGTH, value) ? length : NULL;
    case 'a':
        return line_is_header(line, SIP_HEADER_AUTHORIZATION, value) ? &message->authorization : NULL;
    case 'p':
        return line_is_header(line, SIP_HEADER_PROXY_AUTHORIZATION, value) ? &message->proxy_authorization : NULL;
    case 'u':
        return line_is_header(line, SIP_HEADER_USER_AGENT, value) ? &message->user_agent : NULL;
    case 'm':
        return line_is_header(line, SIP_HEADER_CONTACT, value) ? &message->contact : NULL;
    case 'c':
        break;
    default:
        return NULL;
    }
    return line_is_header(line, SIP_HEADER_CSEQ, value) ? &message->cseq
        : line_is_header(line, SIP_HEADER_CALL_ID, value) ? &message->call_id
        : line_is_header(line, SIP_HEADER_CONTENT_LENGTH, value) ? length
        : line_is_header(line, SIP_HEADER_CONTENT_TYPE, value) ? &message->content_type
        : line_is_header(line, SIP_HEADER_CONTACT, value) ? &message->contact : NULL;
}

/* Sets the headers. Of several Content-Length the last one counts, as in
 * Wireshark; of all others the first. all starts behind the start line. Returns where the body
 * starts, or how far was read. */
static size_t
read_headers(sip_text all, sip_message *message, sip_text *length)
{
    size_t position = 0;
    size_t start = 0;
    sip_text line;
    sip_text value;
    bool ended;

    for (; logical_line_next(all, &position, &line, &ended); start = position) {
        if (line.length == 0 && ended) {
            message->headers_complete = true;
            break;
        }
        sip_text *place = ended ? place_of_line(message, line, length, &value) : NULL;
        if (place && (!place->start || place == length)) {
            *place = value;
        }
    }
    message->headers = (sip_text){ all.start, start };
    return position;
}

/* Returns where the headers start; 0 if this is no SIP message. */
static size_t
begin_message(sip_text all, sip_message *message)
{
    size_t position = 0;

    memset(message, 0, sizeof *message);
    if (all.start && sip_line_next(all, &position, &message->start_line, &message->start_line_complete)) {
        message->kind = read_start_line(message);
    }
    return message->kind == SIP_OTHER ? 0 : position;
}

sip_kind
sip_message_parse(const uint8_t *bytes, size_t length, sip_message *message)
{
    sip_text length_value = { NULL, 0 };
    size_t position = begin_message((sip_text){ bytes, length }, message);

    if (message->kind == SIP_OTHER) {
        return SIP_OTHER;
    }
    position += read_headers((sip_text){ bytes + position, length - position }, message, &length_value);
    message->length = length;
    if (message->headers_complete) {
        const int64_t wanted = length_value.start ? content_length(length_value) : -1;
        message->body = (sip_text){ bytes + position, length - position };
        message->body_complete = wanted <= (int64_t)message->body.length;
        if (wanted >= 0 && message->body_complete) {
            message->body.length = (size_t)wanted;
        }
        message->length = position + message->body.length;
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
sip_header_next_of(sip_text headers, size_t *position, sip_header_id id, sip_text *value)
{
    sip_text line;
    bool ended;

    while (logical_line_next(headers, position, &line, &ended) && ended) {
        if (line_is_header(line, id, value)) {
            return true;
        }
    }
    return false;
}

bool
sip_header_find(sip_text headers, sip_header_id id, sip_text *value)
{
    size_t position = 0;

    return sip_header_next_of(headers, &position, id, value);
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
