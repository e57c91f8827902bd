/* sip_identity.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_identity.h"

#include <string.h>

#include "sip/sip_value.h"
#include "sip/sip_via.h"

static const char magic_cookie[] = "z9hG4bK";

static void
read_via(sip_text value, sip_identity *identity)
{
    const size_t cookie = sizeof magic_cookie - 1;
    const sip_via via = sip_via_of(value);

    identity->sent_by = via.sent_by;
    identity->branch = via.branch;
    identity->magic = via.branch.length > cookie && sip_bytes_equal_nocase(via.branch.start, magic_cookie, cookie);
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

/* The character that the option tags which are asked for begin with. */
#define TAGS_BEGIN '1'

/* first is the value of the first of these headers, absent if there is none. */
static void
read_option_tags(const sip_message *message, sip_header_id id, sip_text first, sip_identity *identity)
{
    const bool alone = !message->options_go_on;
    sip_text tag;

    if (!first.start || (alone && (!first.length || !memchr(first.start, TAGS_BEGIN, first.length)))) {
        return;
    }
    sip_values tags = sip_values_from(alone ? sip_text_behind(first, first.length) : message->headers, id, first);
    while (sip_values_next(&tags, &tag)) {
        if (sip_text_equals_nocase(tag, "100rel")) {
            identity->supports_100rel = true;
            identity->requires_100rel |= id == SIP_HEADER_REQUIRE;
        } else if (sip_text_equals_nocase(tag, "199")) {
            identity->supports_199 |= id == SIP_HEADER_SUPPORTED;
        }
    }
}

static void
read_extensions(const sip_message *message, sip_identity *identity)
{
    read_option_tags(message, SIP_HEADER_SUPPORTED, message->supported, identity);
    read_option_tags(message, SIP_HEADER_REQUIRE, message->require, identity);
}

/* What only INVITE, its provisional responses and PRACK have; of no other
 * message are all headers read. */
static void
read_reliability(const sip_message *message, sip_identity *identity)
{
    const bool request = message->kind == SIP_REQUEST;
    const sip_text method = request ? message->method : identity->cseq_method;
    size_t position = 0;

    identity->cut = !message->headers_complete;
    if (sip_text_equals(method, "INVITE")) {
        if (request) {
            read_extensions(message, identity);
        } else if (sip_message_is_reliable(message)) {
            sip_value_number(message->rseq, &position, &identity->rseq);
            identity->requires_100rel = true;
        }
    } else if (request && message->rack.start && sip_text_equals(method, "PRACK")) {
        read_rack(message->rack, identity);
    }
}

bool
sip_message_is_reliable(const sip_message *message)
{
    sip_identity extensions = { 0 };

    if (message->kind != SIP_RESPONSE || message->code <= 100 || message->code >= 200 || !message->rseq.start) {
        return false;
    }
    read_extensions(message, &extensions);
    return extensions.requires_100rel;
}

sip_tags
sip_tags_of(const sip_message *message)
{
    sip_tags tags = { { NULL, 0 }, { NULL, 0 } };

    sip_value_tag(message->from, &tags.from);
    sip_value_tag(message->to, &tags.to);
    return tags;
}

bool
sip_identity_read(const sip_message *message, sip_identity *identity)
{
    memset(identity, 0, sizeof *identity);
    if (!message->from.start || !message->to.start) {
        return false;
    }
    read_via(message->via, identity);
    read_cseq(message->cseq, identity);
    identity->call_id = message->call_id;
    identity->request_uri = message->request_uri;
    identity->credentials = message->authorization.start || message->proxy_authorization.start;
    identity->from = message->from;
    const sip_tags tags = sip_tags_of(message);
    identity->from_tag = tags.from;
    identity->to_tag = tags.to;
    if (!identity->sent_by.length || !identity->call_id.length || !identity->cseq_method.length ||
        !(identity->magic || identity->from_tag.length)) {
        return false;
    }
    read_reliability(message, identity);
    return true;
}
