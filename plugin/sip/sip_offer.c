/* sip_offer.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_offer.h"

#include "payload_types.h"

/* Each is looked for in the lines of its section, so that the work has a bound. */
#define FORMATS_MAX 16

typedef struct {
    char *text;
    size_t length;
    bool cut;
} offer;

static void
put(offer *o, sip_text word)
{
    static const char more[] = "...";
    const size_t room = SIP_OFFER_SIZE - sizeof more;

    if (o->cut || !word.length) {
        return;
    }
    o->cut = word.length > room - o->length;
    if (o->cut) {
        word = (sip_text){ (const uint8_t *)more, sizeof more - 1 };
    }
    memcpy(o->text + o->length, word.start, word.length);
    o->length += word.length;
}

static void
put_word(offer *o, const char *word)
{
    put(o, (sip_text){ (const uint8_t *)word, strlen(word) });
}

static sip_text
take_word(sip_text *rest)
{
    size_t at = 0;

    while (at < rest->length && !sip_is_space(rest->start[at])) {
        at++;
    }
    const sip_text word = { rest->start, at };
    while (at < rest->length && sip_is_space(rest->start[at])) {
        at++;
    }
    *rest = (sip_text){ rest->start + at, rest->length - at };
    return word;
}

static bool
begins_with(sip_text line, const char *word)
{
    return line.length >= strlen(word) && memcmp(line.start, word, strlen(word)) == 0;
}

/* The name of a=rtpmap:format among the lines behind position, up to the next m=. */
static bool
find_rtpmap(sip_text body, size_t position, sip_text format, sip_text *name)
{
    static const char rtpmap[] = "a=rtpmap:";
    sip_text line;
    bool ended;

    while (sip_line_next(body, &position, &line, &ended) && !begins_with(line, "m=")) {
        if (!begins_with(line, rtpmap)) {
            continue;
        }
        sip_text rest = { line.start + sizeof rtpmap - 1, line.length - (sizeof rtpmap - 1) };
        const sip_text mapped = take_word(&rest);
        if (mapped.length == format.length && memcmp(mapped.start, format.start, format.length) == 0) {
            *name = take_word(&rest);
            const uint8_t *slash = name->length ? memchr(name->start, '/', name->length) : NULL;
            name->length = slash ? (size_t)(slash - name->start) : name->length;
            return name->length > 0;
        }
    }
    return false;
}

static void
put_format(offer *o, sip_text body, size_t position, sip_text format)
{
    sip_text name;

    if (find_rtpmap(body, position, format, &name)) {
        put(o, name);
        return;
    }
    for (size_t i = 0; i < PAYLOAD_TYPE_COUNT; i++) {
        if (sip_text_equals(format, payload_types[i].number)) {
            put_word(o, payload_types[i].name);
            return;
        }
    }
    put(o, format);
}

/* "audio 49170 RTP/AVP 0 8"; position is that of the next line. */
static void
put_media(offer *o, sip_text line, sip_text body, size_t position)
{
    sip_text rest = line;

    put_word(o, o->length ? "; " : "");
    put(o, take_word(&rest));
    const bool refused = sip_text_equals(take_word(&rest), "0");
    take_word(&rest);
    for (unsigned i = 0; i < FORMATS_MAX && rest.length; i++) {
        put_word(o, i ? ", " : " ");
        put_format(o, body, position, take_word(&rest));
    }
    put_word(o, refused ? " (port 0)" : "");
}

size_t
sip_offer_text(sip_text body, char text[SIP_OFFER_SIZE])
{
    offer o = { .length = 0 };
    size_t position = 0;
    sip_text line;
    bool ended;

    o.text = text;
    while (sip_line_next(body, &position, &line, &ended)) {
        if (begins_with(line, "m=")) {
            put_media(&o, (sip_text){ line.start + 2, line.length - 2 }, body, position);
        }
    }
    return o.length;
}
