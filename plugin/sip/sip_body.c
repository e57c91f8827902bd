/* sip_body.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_body.h"

#include <string.h>

#define MULTIPART_DEPTH_MAX 3

typedef struct {
    sip_fragment_fn found;
    void *user_data;
} fragment_sink;

static void each_fragment(sip_text content_type, sip_text body, int depth, const fragment_sink *sink);

sip_text
sip_media_type(sip_text content_type)
{
    const uint8_t *semicolon = content_type.length
        ? memchr(content_type.start, ';', content_type.length) : NULL;

    if (semicolon) {
        content_type.length = (size_t)(semicolon - content_type.start);
    }
    return sip_text_trim(content_type);
}

/* The value of the boundary parameter, unquoted (RFC 2046 5.1.1). */
static sip_text
boundary_of(sip_text content_type)
{
    static const char name[] = "boundary=";
    const size_t name_length = sizeof name - 1;

    for (size_t at = 0; at + name_length < content_type.length; at++) {
        sip_text here = { content_type.start + at, name_length };
        if (!sip_text_equals_nocase(here, name)) {
            continue;
        }
        sip_text value = { here.start + name_length, content_type.length - at - name_length };
        bool quoted = value.start[0] == '"';
        if (quoted) {
            value.start++;
            value.length--;
        }
        size_t end = 0;
        while (end < value.length &&
               (quoted ? value.start[end] != '"' : value.start[end] > ' ' && value.start[end] != ';')) {
            end++;
        }
        value.length = end;
        return value;
    }
    return (sip_text){ NULL, 0 };
}

static bool
is_delimiter(sip_text line, sip_text boundary)
{
    return line.length >= boundary.length + 2 && line.start[0] == '-' && line.start[1] == '-' &&
           memcmp(line.start + 2, boundary.start, boundary.length) == 0;
}

/* A body part is headers, a blank line and a body, and the headers may be
 * none (RFC 2046 5.1). */
static void
each_fragment_of_part(sip_text part, int depth, const fragment_sink *sink)
{
    sip_text line;
    size_t position = 0;
    bool ended;

    while (sip_line_next(part, &position, &line, &ended) && ended) {
        if (line.length == 0) {
            sip_text headers = { part.start, (size_t)(line.start - part.start) };
            sip_text body = { part.start + position, part.length - position };
            sip_text content_type;
            if (sip_header_find(headers, SIP_HEADER_CONTENT_TYPE, &content_type)) {
                each_fragment(content_type, body, depth, sink);
            }
            return;
        }
    }
}

static void
each_fragment_of_multipart(sip_text body, sip_text boundary, int depth, const fragment_sink *sink)
{
    const uint8_t *part_start = NULL;
    sip_text line;
    size_t position = 0;
    bool ended;

    while (sip_line_next(body, &position, &line, &ended)) {
        if (!is_delimiter(line, boundary)) {
            continue;
        }
        if (part_start) {
            each_fragment_of_part((sip_text){ part_start, (size_t)(line.start - part_start) }, depth, sink);
        }
        part_start = body.start + position;
    }
}

static void
each_fragment(sip_text content_type, sip_text body, int depth, const fragment_sink *sink)
{
    sip_text type = sip_media_type(content_type);
    if (sip_text_equals_nocase(type, "message/sipfrag")) {
        sink->found(body, sink->user_data);
        return;
    }
    static const char multipart[] = "multipart/";
    const size_t prefix = sizeof multipart - 1;
    if (type.length > prefix && depth < MULTIPART_DEPTH_MAX &&
        sip_text_equals_nocase((sip_text){ type.start, prefix }, multipart)) {
        sip_text boundary = boundary_of(content_type);
        if (boundary.length) {
            each_fragment_of_multipart(body, boundary, depth + 1, sink);
        }
    }
}

void
sip_body_each_fragment(const sip_message *message, sip_fragment_fn found, void *user_data)
{
    const fragment_sink sink = { found, user_data };

    if (message->body.length && message->content_type.length) {
        each_fragment(message->content_type, message->body, 0, &sink);
    }
}
