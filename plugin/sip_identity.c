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
    if (!sip_value_next_part(top, ';', &position, &proper)) {
        return;
    }
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

/* Supported and Require may be repeated (RFC 3261 7.3.1). */
static void
read_extensions(const sip_message *message, sip_identity *identity)
{
    size_t position = 0;
    sip_header header;

    while (sip_header_next(message->headers, &position, &header)) {
        if (sip_header_is(header.name, SIP_HEADER_SUPPORTED)) {
            read_option_tags(header.value, false, identity);
        } else if (sip_header_is(header.name, SIP_HEADER_REQUIRE)) {
            read_option_tags(header.value, true, identity);
        }
    }
}

/* What only INVITE, its provisional responses and PRACK have. */
static void
read_reliability(const sip_message *message, sip_identity *identity)
{
    const bool request = message->kind == SIP_REQUEST;
    size_t position = 0;
    sip_text value;

    if (sip_text_equals(identity->cseq_method, "INVITE")) {
        if (request) {
            read_extensions(message, identity);
        } else if (message->code < 200 && sip_header_find(message->headers, SIP_HEADER_RSEQ, &value)) {
            sip_value_number(value, &position, &identity->rseq);
            read_extensions(message, identity);
        }
    } else if (request && sip_text_equals(identity->cseq_method, "PRACK") &&
               sip_header_find(message->headers, SIP_HEADER_RACK, &value)) {
        read_rack(value, identity);
    }
}

bool
sip_identity_read(const sip_message *message, sip_identity *identity)
{
    memset(identity, 0, sizeof *identity);
    if (!message->headers_complete) {
        return false;
    }
    read_via(message->via, identity);
    read_cseq(message->cseq, identity);
    identity->call_id = message->call_id;
    sip_value_parameter(message->from, "tag", &identity->from_tag);
    sip_value_parameter(message->to, "tag", &identity->to_tag);
    if (!identity->sent_by.length || !identity->call_id.length || !identity->cseq_method.length ||
        !(identity->magic || identity->from_tag.length)) {
        return false;
    }
    read_reliability(message, identity);
    return true;
}
