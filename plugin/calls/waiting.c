/* waiting.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/waiting.h"

#include <string.h>

#include "calls/model.h"
#include "meaning/response_info.h"

/* As many as take longer to read than memory takes. */
#define FRAMES_AHEAD 8

bool
message_is_followed(const sip_message *message)
{
    return message->kind == SIP_REQUEST || (message->code_is_valid && response_class_of(message->code));
}

static message_content
content_of(const sip_message *message)
{
    return (message_content){
        .bytes = { message->start_line.start, message->length },
        .method = message->method,
        .code = message->code,
        .outcome = (uint8_t)(message->kind == SIP_RESPONSE ? response_outcome_of(message) : 0),
        .message = message,
    };
}

void
learn_message(calls *c, const message_origin *origin, const sip_identity *identity, const sip_message *message)
{
    const message_content content = content_of(message);

    calls_learn(c, origin, identity, &content);
}

void
waiting_forget(waiting_messages *waiting)
{
    waiting->frame_count = 0;
    waiting->byte_count = 0;
}

bool
waiting_add_frame(waiting_messages *waiting, uint32_t frame, int64_t time)
{
    if (waiting->frame_count == WAITING_FRAMES_MAX) {
        return false;
    }
    waiting_frame *each = &waiting->frames[waiting->frame_count++];
    each->time = time;
    each->frame = frame;
    each->bytes = (sip_text){ NULL, 0 };
    return true;
}

static sip_text
keep_bytes(waiting_messages *waiting, sip_text text)
{
    uint8_t *kept = waiting->bytes + waiting->byte_count;

    /* Most addresses have four bytes, and those are copied in place. */
    if (text.length == sizeof(uint32_t)) {
        memcpy(kept, text.start, sizeof(uint32_t));
    } else if (text.length) {
        memcpy(kept, text.start, text.length);
    }
    waiting->byte_count += text.length;
    return (sip_text){ text.start ? kept : NULL, text.length };
}

bool
waiting_add_message(waiting_messages *waiting, const message_origin *origin, sip_text bytes)
{
    if (waiting->frame_count == 0 ||
        bytes.length + origin->source_address.length + origin->destination_address.length >
            WAITING_BYTES_MAX - waiting->byte_count) {
        return false;
    }
    waiting_frame *each = &waiting->frames[waiting->frame_count - 1];
    each->origin = *origin;
    each->origin.source_address = keep_bytes(waiting, origin->source_address);
    each->origin.destination_address = keep_bytes(waiting, origin->destination_address);
    each->bytes = keep_bytes(waiting, bytes);
    return true;
}

/* A message that was read. It is learned a few others later, when memory has brought what it is held against. */
typedef struct {
    bool is_followed;
    sip_message message;
    sip_identity identity;
    message_content content;
    digested_message digested;
} message_ahead;

static void
read_ahead(message_ahead *ahead, const waiting_frame *each, const calls *c, bool (*is_told)(const sip_message *message))
{
    sip_message *message = &ahead->message;

    ahead->is_followed = each->bytes.start &&
                         sip_message_parse(each->bytes.start, each->bytes.length, message) != SIP_OTHER &&
                         is_told(message) && message_is_followed(message) &&
                         sip_identity_read(message, &ahead->identity);
    if (ahead->is_followed) {
        ahead->content = content_of(message);
        ahead->digested = digest_to_learn(c, &each->origin, &ahead->identity, &ahead->content);
    }
}

uint32_t
waiting_learn(waiting_messages *waiting, calls *c, bool (*is_told)(const sip_message *message))
{
    message_ahead ahead[FRAMES_AHEAD];
    uint32_t last = 0;

    for (unsigned i = 0; i < waiting->frame_count + FRAMES_AHEAD; i++) {
        message_ahead *const message = &ahead[i % FRAMES_AHEAD];
        if (i >= FRAMES_AHEAD) {
            const waiting_frame *each = &waiting->frames[i - FRAMES_AHEAD];
            calls_tick(c, each->frame, each->time);
            if (message->is_followed) {
                learn_digested(c, &message->digested);
                last = each->frame;
            }
        }
        if (i < waiting->frame_count) {
            read_ahead(message, &waiting->frames[i], c, is_told);
        }
    }
    waiting_forget(waiting);
    return last;
}
