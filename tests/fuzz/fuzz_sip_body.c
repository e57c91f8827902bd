/* fuzz_sip_body.c
 * Bodies with parts in parts, and the identity of any message. The first line
 * of the input is the Content-Type, the rest the body; without a line end the
 * whole of it is taken as a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "sip/sip_body.h"
#include "sip/sip_identity.h"

typedef struct {
    sip_text body;
    size_t count;
    size_t bytes;       /* of all fragments */
    const uint8_t *end; /* of the last one */
} fragments;

static void
note_fragment(sip_text fragment, void *user_data)
{
    fragments *seen = (fragments *)user_data;

    must(lies_inside(fragment, seen->body));
    must(!seen->end || fragment.start >= seen->end);
    seen->end = fragment.start + fragment.length;
    seen->count++;
    seen->bytes += fragment.length;
}

/* Fragments come in order and none lies in another, so that no input makes
 * more of them than it has bytes. */
static void
check_body(const sip_message *message)
{
    fragments seen = { message->body, 0, 0, NULL };
    fragments again = seen;

    sip_body_each_fragment(message, note_fragment, &seen);
    sip_body_each_fragment(message, note_fragment, &again);
    must(memcmp(&seen, &again, sizeof seen) == 0);
    must(seen.bytes <= message->body.length && seen.count <= message->body.length);
}

static void
check_identity(sip_text all, const sip_message *message)
{
    sip_identity identity;
    sip_identity again;

    memset(&identity, 0xaa, sizeof identity);
    memset(&again, 0x55, sizeof again);
    const bool readable = sip_identity_read(message, &identity);
    must(sip_identity_read(message, &again) == readable);
    must(memcmp(&identity, &again, sizeof identity) == 0);
    const sip_text texts[] = {
        identity.sent_by, identity.branch, identity.call_id, identity.from, identity.to_tag,
        identity.cseq_method, identity.from_tag,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        must(lies_inside(texts[i], all));
    }
    if (readable) {
        must(identity.sent_by.length && identity.call_id.length);
        must(identity.cseq_method.length && (identity.magic || identity.from_tag.length));
        must(!identity.magic || identity.branch.length > strlen("z9hG4bK"));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const sip_text all = { bytes, length };
    sip_message message = { .kind = SIP_OTHER };
    size_t position = 0;
    bool ended = false;

    if (sip_line_next(all, &position, &message.content_type, &ended) && ended) {
        message.body = (sip_text){ bytes + position, length - position };
        check_body(&message);
    }
    if (sip_message_parse(bytes, length, &message) != SIP_OTHER) {
        check_body(&message);
        check_identity(all, &message);
    }
    return 0;
}
