/* sip_message.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_message.h"

#include "sip/start_line.h"

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

/* A colon, or a blank before it. Most characters stand behind all of these. */
static inline bool
ends_name(uint8_t c)
{
    return c <= ':' && (c == ':' || sip_is_space(c));
}

#ifdef __GNUC__
#define ALWAYS_INLINE __attribute__((always_inline)) static inline
#else
#define ALWAYS_INLINE static inline
#endif

/* The value of a line whose name is so long. */
ALWAYS_INLINE bool
value_behind_name(sip_text line, size_t length, sip_text *value)
{
    size_t at = length;

    while (at < line.length && sip_is_space(line.start[at])) {
        at++;
    }
    if (at == line.length || line.start[at] != ':') {
        return false;
    }
    *value = sip_text_trim((sip_text){ line.start + at + 1, line.length - at - 1 });
    return true;
}

ALWAYS_INLINE bool
begins_with_name(sip_text line, const char *name, size_t length)
{
    return line.length > length && ends_name(line.start[length]) && sip_bytes_equal_nocase(line.start, name, length);
}

/* Is the line this header, in any case, or its compact form? Most lines are
 * not, and their first letter shows it. */
ALWAYS_INLINE bool
line_is_header(sip_text line, sip_header_id id, sip_text *value)
{
    const header_name *row = &header_names[id];

    if (begins_with_name(line, row->name, row->length)) {
        return value_behind_name(line, row->length, value);
    }
    return row->compact && line.length > 1 && sip_lower(line.start[0]) == (uint8_t)row->compact &&
           value_behind_name(line, 1, value);
}

/* The same of one that is not in its compact form; the length of a constant name costs nothing. */
ALWAYS_INLINE bool
line_is(sip_text line, const char *name, sip_text *value)
{
    const size_t length = strlen(name);

    return begins_with_name(line, name, length) && value_behind_name(line, length, value);
}

/* Where the value goes of a header in its compact form (RFC 3261 7.3.3). */
static sip_text *
place_of_compact(sip_message *message, uint8_t letter, sip_text *length)
{
    switch (letter) {
    case 'v':
        return &message->via;
    case 'f':
        return &message->from;
    case 't':
        return &message->to;
    case 'i':
        return &message->call_id;
    case 'k':
        return &message->supported;
    case 'l':
        return length;
    case 'm':
        return &message->contact;
    case 'c':
        return &message->content_type;
    default:
        return NULL;
    }
}

static sip_text *
place_of_r(sip_message *message, sip_text line, sip_text *value)
{
    message->names_calls |= begins_with_name(line, "Replaces", strlen("Replaces"));
    return line_is(line, "Require", value) ? &message->require
        : line_is(line, "RSeq", value) ? &message->rseq
        : line_is(line, "RAck", value) ? &message->rack
        : line_is(line, "Reason", value) ? &message->reason
        : line_is(line, "Retry-After", value) ? &message->retry_after : NULL;
}

static sip_text *
place_of_c(sip_message *message, sip_text line, sip_text *length, sip_text *value)
{
    return line_is(line, "CSeq", value) ? &message->cseq
        : line_is(line, "Call-ID", value) ? &message->call_id
        : line_is(line, "Contact", value) ? &message->contact
        : line_is(line, "Content-Length", value) ? length
        : line_is(line, "Content-Type", value) ? &message->content_type : NULL;
}

/* Where the value goes of a header that every message is asked for; NULL for
 * all others. */
static sip_text *
place_of_line(sip_message *message, sip_text line, sip_text *length, sip_text *value)
{
    const uint8_t letter = sip_lower(line.length ? line.start[0] : 0);

    if (line.length > 1 && ends_name(line.start[1])) {
        sip_text *place = place_of_compact(message, letter, length);
        return place && value_behind_name(line, 1, value) ? place : NULL;
    }
    switch (letter) {
    case 'v':
        return line_is(line, "Via", value) ? &message->via : NULL;
    case 'f':
        return line_is(line, "From", value) ? &message->from : NULL;
    case 't':
        return line_is(line, "To", value) ? &message->to : NULL;
    case 's':
        message->names_calls |= begins_with_name(line, "Session-ID", strlen("Session-ID"));
        return line_is(line, "Supported", value) ? &message->supported : NULL;
    case 'r':
        return place_of_r(message, line, value);
    case 'w':
        return line_is(line, "Warning", value) ? &message->warning : NULL;
    case 'a':
        return line_is(line, "Authorization", value) ? &message->authorization : NULL;
    case 'p':
        message->names_calls |= begins_with_name(line, "P-Charging-Vector", strlen("P-Charging-Vector"));
        return line_is(line, "Proxy-Authorization", value) ? &message->proxy_authorization : NULL;
    case 'u':
        return line_is(line, "User-Agent", value) ? &message->user_agent : NULL;
    case 'c':
        return place_of_c(message, line, length, value);
    default:
        return NULL;
    }
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
        message->kind = start_line_read(message);
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
sip_header_line_next(sip_text headers, size_t *position, sip_text *line)
{
    bool ended;

    return logical_line_next(headers, position, line, &ended) && ended;
}

bool
sip_header_next(sip_text headers, size_t *position, sip_header *header)
{
    sip_text line;

    if (!sip_header_line_next(headers, position, &line)) {
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
