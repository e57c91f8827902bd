/* sip_identity.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip_identity.h"

#include <string.h>

#include "sip_value.h"

static const char magic_cookie[] = "z9hG4bK";

/* "SIP/2.0/UDP host:port;branch=...": only the first of several values. */
static void
read_via(sip_text value, sip_identity *identity)
{
    size_t position = 0;
    sip_text top;
    sip_text proper;

    if (!sip_value_next_part(value, ',', &position, &top)) {
        return;
    }
    position = 0;
    sip_value_next_part(top, ';', &position, &proper);
    size_t blank = proper.length;
    while (blank > 0 && proper.start[blank - 1] > ' ') {
        blank--;
    }
    identity->sent_by = (sip_text){ proper.start + blank, proper.length - blank };
    const size_t cookie = sizeof magic_cookie - 1;
    identity->magic = sip_value_parameter(top, "branch", &identity->branch) &&
                      identity->branch.length > cookie &&
                      sip_text_equals_nocase((sip_text){ identity->branch.start, cookie }, magic_cookie);
}

static void
read_cseq(sip_text value, sip_identity *identity)
{
    size_t position = 0;

    if (sip_value_number(value, &position, &identity->cseq)) {
        identity->cseq_method = sip_text_trim((sip_text){ value.start + position, value.length - position });
    }
}

static void
read_rack(sip_text value, sip_identity *identity)
{
    size_t position = 0;

    if (!sip_value_number(value, &position, &identity->rack_rseq) ||
        !sip_value_number(value, &position, &identity->rack_cseq)) {
        identity->rack_rseq = 0;
    }
}

static void
read_option_tags(sip_text value, bool required, sip_identity *identity)
{
    size_t position = 0;
    sip_text tag;

    while (sip_value_next_part(value, ',', &position, &tag)) {
        if (sip_text_equals_nocase(tag, "100rel")) {
            identity->supports_100rel = true;
            identity->requires_100rel |= required;
        } else if (sip_text_equals_nocase(tag, "199")) {
            identity->supports_199 |= !required;
        }
    }
}

static void
read_header(const sip_header *header, sip_identity *identity)
{
    const sip_text name = header->name;
    size_t position = 0;

    /* The first letter spares most headers all comparisons. */
    switch (name.length ? name.start[0] | 0x20 : 0) {
    case 'v':
        if (!identity->sent_by.start && sip_header_is(name, SIP_HEADER_VIA)) {
            read_via(header->value, identity);
        }
        break;
    case 'i':
    case 'c':
        if (!identity->call_id.start && sip_header_is(name, SIP_HEADER_CALL_ID)) {
            identity->call_id = header->value;
        } else if (!identity->cseq_method.start && sip_header_is(name, SIP_HEADER_CSEQ)) {
            read_cseq(header->value, identity);
        }
        break;
    case 'f':
        if (!identity->from_tag.start && sip_header_is(name, SIP_HEADER_FROM)) {
            sip_value_parameter(header->value, "tag", &identity->from_tag);
        }
        break;
    case 't':
        if (!identity->to_tag.start && sip_header_is(name, SIP_HEADER_TO)) {
            sip_value_parameter(header->value, "tag", &identity->to_tag);
        }
        break;
    case 's':
    case 'k':
        if (sip_header_is(name, SIP_HEADER_SUPPORTED)) {
            read_option_tags(header->value, false, identity);
        }
        break;
    case 'r':
        if (sip_header_is(name, SIP_HEADER_REQUIRE)) {
            read_option_tags(header->value, true, identity);
        } else if (sip_header_is(name, SIP_HEADER_RSEQ)) {
            sip_value_number(header->value, &position, &identity->rseq);
        } else if (sip_header_is(name, SIP_HEADER_RACK)) {
            read_rack(header->value, identity);
        }
        break;
    default:
        break;
    }
}

bool
sip_identity_read(const sip_message *message, sip_identity *identity)
{
    size_t position = 0;
    sip_header header;

    memset(identity, 0, sizeof *identity);
    if (!message->headers_complete) {
        return false;
    }
    while (sip_header_next(message->headers, &position, &header)) {
        read_header(&header, identity);
    }
    return identity->sent_by.length && identity->call_id.length && identity->cseq_method.length &&
           (identity->magic || identity->from_tag.length);
}
