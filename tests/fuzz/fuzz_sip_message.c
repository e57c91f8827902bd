/* fuzz_sip_message.c
 * Start line, headers and framing of any bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "sip/sip_message.h"

static void
check_places(sip_text all, const sip_message *m)
{
    const sip_text texts[] = {
        m->start_line, m->method, m->code_digits, m->phrase, m->via, m->from, m->to, m->call_id, m->cseq,
        m->content_type, m->supported, m->require, m->rseq, m->rack, m->headers, m->body, sip_cseq_method(m),
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        must(lies_inside(texts[i], all));
    }
    must(lies_inside(m->via, m->headers));
    must(lies_inside(m->cseq, m->headers));
    must(lies_inside(sip_cseq_method(m), m->cseq));
}

static void
check_start_line(const sip_message *m)
{
    if (m->kind == SIP_RESPONSE) {
        must(m->code_digits.length > 0 && !m->method.start);
        must(m->code_is_valid == (m->code_digits.length == 3));
        must(m->code <= 999 && (m->code_is_valid || m->code == 0));
    } else {
        must(m->method.length > 0 && !m->code_digits.start && !m->code_is_valid);
    }
}

/* What one pass over the headers found is what a search for each finds. */
static void
check_headers(const sip_message *m)
{
    const struct {
        sip_header_id id;
        sip_text value;
    } asked[] = {
        { SIP_HEADER_VIA, m->via },
        { SIP_HEADER_FROM, m->from },
        { SIP_HEADER_TO, m->to },
        { SIP_HEADER_CALL_ID, m->call_id },
        { SIP_HEADER_CSEQ, m->cseq },
        { SIP_HEADER_CONTENT_TYPE, m->content_type },
        { SIP_HEADER_SUPPORTED, m->supported },
        { SIP_HEADER_REQUIRE, m->require },
        { SIP_HEADER_RSEQ, m->rseq },
        { SIP_HEADER_RACK, m->rack },
    };

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        sip_text found = { NULL, 0 };
        must(sip_header_find(m->headers, asked[i].id, &found) == (asked[i].value.start != NULL));
        must(same_place(found, asked[i].value));
    }
}

/* Behind the header line that begins at start, with what is folded onto it, told byte by byte; 0 if its end is not there. */
static size_t
behind_line(sip_text headers, size_t start)
{
    size_t at = start;
    bool folded;

    do {
        while (at < headers.length && headers.start[at] != '\r' && headers.start[at] != '\n') {
            at++;
        }
        if (at == headers.length) {
            return 0;
        }
        folded = at > start;
        at += headers.start[at] == '\r' && at + 1 < headers.length && headers.start[at + 1] == '\n' ? 2 : 1;
    } while (folded && at < headers.length && sip_is_blank(headers.start[at]));
    return at;
}

static void
check_header_steps(sip_text headers)
{
    size_t position = 0;
    size_t before = 0;
    sip_header header;

    for (; sip_header_next(headers, &position, &header); before = position) {
        must(position > before && position <= headers.length);
        must(position == behind_line(headers, before));
        must(lies_inside(header.name, headers) && lies_inside(header.value, headers));
    }
    must(before == headers.length || !behind_line(headers, before));
}

/* A message ends where it says: what comes behind changes nothing. */
static void
check_framing(sip_text all, const sip_message *m)
{
    sip_message again;

    must(m->length > 0 && m->length <= all.length);
    must(m->headers_complete || (!m->body.start && m->length == all.length));
    if (!m->headers_complete || !m->body_complete) {
        return;
    }
    must(m->body.start + m->body.length == all.start + m->length);
    must(sip_message_parse(all.start, m->length, &again) == m->kind);
    must(memcmp(m, &again, sizeof again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const sip_text all = { bytes, length };
    sip_message message;
    sip_message again;

    memset(&message, 0xaa, sizeof message);
    memset(&again, 0x55, sizeof again);
    sip_message_parse(bytes, length, &message);
    sip_message_parse(bytes, length, &again);
    must(memcmp(&message, &again, sizeof again) == 0);
    check_places(all, &message);
    check_header_steps(all);
    if (message.kind != SIP_OTHER) {
        check_start_line(&message);
        check_headers(&message);
        check_framing(all, &message);
    }
    return 0;
}
