/* sip_message.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_message.h"

#include "sip/sip_lines.h"
#include "sip/start_line.h"

/* What cannot be taken apart is a value without a name. */
static sip_header
header_of_line(sip_text line)
{
    sip_header header = { { NULL, 0 }, line };

    if (sip_line_split(line, &header.name, &header.value)) {
        header.value = sip_text_trim(header.value);
    }
    return header;
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

/* A colon, or a blank before it. Most characters stand behind all of these. */
static inline bool
ends_name(uint8_t c)
{
    return c <= ':' && (c == ':' || sip_is_space(c));
}

/* The value of a line whose name is so long, where no colon stands right behind it; false if there is none at all. */
static bool
value_behind_blanks(sip_text line, size_t length, sip_text *value)
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

/* The value of a line that is longer than its name. Nearly all have "Name: value", and no white space behind it. */
ALWAYS_INLINE bool
value_behind_name(sip_text line, size_t length, sip_text *value)
{
    const size_t at = length + strlen(": ");

    if (line.length > at && sip_load_two(line.start + length) == sip_load_two(": ") && line.start[at] > ' ' &&
        line.start[line.length - 1] > ' ') {
        *value = (sip_text){ line.start + at, line.length - at };
        return true;
    }
    if (line.start[length] != ':') {
        return value_behind_blanks(line, length, value);
    }
    *value = sip_text_trim((sip_text){ line.start + length + 1, line.length - length - 1 });
    return true;
}

/* Of a letter. What other characters become is of no name: those who compare names see it. */
#define LOWER_CASE 0x20

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

/* A header that every message is asked for. */
typedef struct {
    sip_text *place;        /* of its value; NULL: this is none of them */
    size_t name_length;
} asked_header;

/* The length of a constant name costs nothing. */
ALWAYS_INLINE asked_header
asked_as(sip_text line, const char *name, sip_text *place)
{
    return (asked_header){ begins_with_name(line, name, strlen(name)) ? place : NULL, strlen(name) };
}

/* In its compact form (RFC 3261 7.3.3). */
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

static asked_header
asked_with_r(sip_message *message, sip_text line)
{
    message->names_calls |= begins_with_name(line, "Replaces", strlen("Replaces"));
    switch (line.start[2] | LOWER_CASE) {
    case 'q':
        return asked_as(line, "Require", &message->require);
    case 'e':
        return asked_as(line, "RSeq", &message->rseq);
    case 'c':
        return asked_as(line, "RAck", &message->rack);
    case 'a':
        return asked_as(line, "Reason", &message->reason);
    default:
        return asked_as(line, "Retry-After", &message->retry_after);
    }
}

ALWAYS_INLINE asked_header
asked_with_c(sip_message *message, sip_text line, sip_text *length)
{
    asked_header asked;

    switch (line.start[1] | LOWER_CASE) {
    case 's':
        return asked_as(line, "CSeq", &message->cseq);
    case 'a':
        return asked_as(line, "Call-ID", &message->call_id);
    default:
        asked = asked_as(line, "Contact", &message->contact);
        asked = asked.place ? asked : asked_as(line, "Content-Length", length);
        return asked.place ? asked : asked_as(line, "Content-Type", &message->content_type);
    }
}

/* The line has two characters or more, and its end behind them. length is where that of the body goes. */
ALWAYS_INLINE asked_header
asked_header_of(sip_message *message, sip_text line, sip_text *length)
{
    if (ends_name(line.start[1])) {
        return (asked_header){ place_of_compact(message, sip_lower(line.start[0]), length), 1 };
    }
    switch (line.start[0] | LOWER_CASE) {
    case 'v':
        return asked_as(line, "Via", &message->via);
    case 'f':
        return asked_as(line, "From", &message->from);
    case 't':
        return asked_as(line, "To", &message->to);
    case 's':
        message->names_calls |= begins_with_name(line, "Session-ID", strlen("Session-ID"));
        return asked_as(line, "Supported", &message->supported);
    case 'r':
        return asked_with_r(message, line);
    case 'w':
        return asked_as(line, "Warning", &message->warning);
    case 'a':
        return asked_as(line, "Authorization", &message->authorization);
    case 'p':
        message->names_calls |= begins_with_name(line, "P-Charging-Vector", strlen("P-Charging-Vector"));
        return asked_as(line, "Proxy-Authorization", &message->proxy_authorization);
    case 'u':
        return asked_as(line, "User-Agent", &message->user_agent);
    case 'c':
        return asked_with_c(message, line, length);
    default:
        return (asked_header){ NULL, 0 };
    }
}

/* Of a line of two characters or more. Of several Content-Length the last one counts, as in Wireshark; of all others the
 * first. */
ALWAYS_INLINE void
read_header(sip_message *message, sip_text line, sip_text *length)
{
    const asked_header asked = asked_header_of(message, line, length);

    if (!asked.place) {
        return;
    }
    if (asked.place->start && asked.place != length) {
        message->options_go_on |= asked.place == &message->supported || asked.place == &message->require;
        return;
    }
    (void)value_behind_name(line, asked.name_length, asked.place);
}

/* Sets the headers, which begin at position. Returns where the body starts, or how far was read. */
static size_t
read_headers(sip_text all, size_t position, sip_message *message, sip_text *length)
{
    sip_lines lines = sip_lines_from(all, position);
    const uint8_t *start = lines.next;
    const uint8_t *const first = start;
    sip_text line;

    for (; sip_lines_next(&lines, &line); start = lines.next) {
        if (line.length > 1) {
            read_header(message, line, length);
        } else if (line.length == 0) {
            message->headers_complete = true;
            message->headers = (sip_text){ first, (size_t)(start - first) };
            return (size_t)(lines.next - all.start);
        }
    }
    message->headers = (sip_text){ first, (size_t)(lines.end - first) };
    return all.length;
}

/* Returns where the headers start; 0 if this is no SIP message. */
static size_t
begin_message(sip_text all, sip_message *message)
{
    size_t position = 0;
    sip_text line;

    memset(message, 0, sizeof *message);
    if (all.start && sip_line_next(all, &position, &line, &message->start_line_complete)) {
        message->start_line = line;
        message->kind = start_line_read(line, message);
    }
    return message->kind == SIP_OTHER ? 0 : position;
}

sip_kind
sip_message_parse(const uint8_t *bytes, size_t length, sip_message *message)
{
    const sip_text all = { bytes, length };
    const size_t start = begin_message(all, message);
    sip_text length_value = { NULL, 0 };

    if (!start) {
        return SIP_OTHER;
    }
    const size_t position = read_headers(all, start, message, &length_value);
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
    sip_lines lines = sip_lines_from(headers, *position);
    sip_text line;

    if (!sip_lines_next(&lines, &line)) {
        return false;
    }
    *position = (size_t)(lines.next - headers.start);
    *header = header_of_line(line);
    return true;
}

bool
sip_header_next_of(sip_text headers, size_t *position, sip_header_id id, sip_text *value)
{
    sip_lines lines = sip_lines_from(headers, *position);
    sip_text line;

    while (sip_lines_next(&lines, &line)) {
        if (line_is_header(line, id, value)) {
            *position = (size_t)(lines.next - headers.start);
            return true;
        }
    }
    *position = headers.length;
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
