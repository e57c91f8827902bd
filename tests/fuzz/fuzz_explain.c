/* fuzz_explain.c
 * Any messages between a few hosts: whatever they are, each sentence is short,
 * valid and harmless, its frames are those of the conversation, and what the
 * model keeps of a message is one that says the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "calls/details.h"
#include "explain/explain.h"
#include "metric_tables.h"
#include "sip/sip_abridged.h"
#include "sip/sip_offer.h"

/* Stands before each message; the three bytes behind it say what of it the message does not. */
#define MARK 0x1e
#define HEAD 4
#define MESSAGES_MAX 64

static const uint8_t hosts[4][16] = {
    { 198, 18, 0, 1 }, { 10, 0, 0, 1 }, { 198, 18, 0, 2 }, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
};
static const size_t host_lengths[4] = { 4, 4, 4, 16 };

static void *
allocate(void *scope, size_t size)
{
    (void)scope;
    return malloc(size);
}

static void
release(void *scope, void *block)
{
    (void)scope;
    free(block);
}

static void
check_offer(sip_text body)
{
    char text[SIP_OFFER_SIZE];

    memset(text, 1, sizeof text);
    const size_t length = sip_offer_text(body, text);
    must(length < sizeof text);
    /* Behind it nothing was written, and what the body has no bytes for is not in it. */
    for (size_t i = length; i < sizeof text; i++) {
        must(text[i] == 1);
    }
}

static void
check_abridged(const sip_message *message)
{
    uint8_t few[SIP_ABRIDGED_SIZE];
    uint8_t fewer[SIP_ABRIDGED_SIZE];
    sip_message again;
    const size_t length = sip_abridge(message, few);

    must(length <= sizeof few);
    if (message->kind == SIP_RESPONSE && message->code_is_valid && message->start_line_complete) {
        must(sip_message_parse(few, length, &again) == SIP_RESPONSE && again.code == message->code);
        must(again.headers_complete && again.length == length);
        must(sip_abridge(&again, fewer) <= length);
    }
}

static void
check_explanation(const explanation *e, uint32_t frames)
{
    must(e->row && e->text.length == strlen(e->text.text) && e->text.length < SENTENCE_SIZE);
    must(count_characters(e->text.text, e->text.length) <= 256 && e->text.length > 0);
    must(e->evidence_count <= EVIDENCE_MAX);
    for (unsigned i = 0; i < e->evidence_count; i++) {
        must(e->evidence[i] > 0 && e->evidence[i] <= frames);
    }
}

static sip_text
host_of(unsigned number)
{
    return (sip_text){ hosts[number & 3], host_lengths[number & 3] };
}

static message_origin
origin_of(const calls *c, const uint8_t *head, int64_t time, uint32_t frame)
{
    return (message_origin){
        .time = time,
        .frame = frame,
        .source = { calls_address(c, host_of(head[1])), 5060 },
        .destination = { calls_address(c, host_of(head[1] >> 2)), (uint16_t)(5060 + (head[1] >> 7)) },
        .source_address = host_of(head[1]),
        .destination_address = host_of(head[1] >> 2),
        .unreliable = head[1] & 0x10,
    };
}

static void
learn(calls *c, const message_origin *origin, const uint8_t *head, const sip_message *message)
{
    const message_content content = {
        { message->start_line.start, message->length }, message->method, message->code, 0, message
    };
    sip_identity identity;
    answer_record record;
    explanation e;

    calls_tick(c, origin->frame, origin->time);
    if (head[3] == 'r') {
        calls_note_reset(c, origin);
    }
    if (!sip_identity_read(message, &identity)) {
        calls_note_gap(c, origin->frame, origin->source.address, origin->destination.address);
    } else if (head[3] == 'i' && message->kind == SIP_REQUEST) {
        calls_note_icmp(c, origin, &identity, message->method, (unsigned)head[2] << 8 | head[2]);
    } else if (message->kind == SIP_REQUEST || (message->code_is_valid && message->code >= 100 && message->code < 700)) {
        calls_learn(c, origin, &identity, &content);
        const bool known = message->kind == SIP_RESPONSE && calls_recall(c, origin->frame, 0, &record);
        if (message->kind == SIP_RESPONSE && explain_response(c, known ? &record : NULL, message, &e)) {
            check_explanation(&e, origin->frame);
        }
    }
}

static void
explain_all(const calls *c, uint32_t frames)
{
    explanation e;

    for (uint32_t number = 1; number <= calls_request_count(c); number++) {
        if (explain_request(c, number, &e)) {
            check_explanation(&e, frames);
        }
    }
    for (uint32_t number = 1; number <= calls_call_count(c); number++) {
        if (explain_call(c, number, &e)) {
            check_explanation(&e, frames);
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const uint32_t random[6] = { 1, 2, 3, 4, 5, 6 };
    const calls_memory memory = { allocate, release, NULL };
    calls *c = calls_open(&memory, random, (calls_codes){ &metric_codes_alerting, &metric_codes_continued });
    const uint8_t *end = bytes + length;
    const uint8_t *head = length ? memchr(bytes, MARK, length) : NULL;
    int64_t time = 0;
    uint32_t frame = 0;

    while (head && end - head > HEAD && frame < MESSAGES_MAX) {
        const uint8_t *next = memchr(head + HEAD, MARK, (size_t)(end - head - HEAD));
        const size_t size = (size_t)((next ? next : end) - head - HEAD);
        sip_message message;
        /* From 0 to 65 s. */
        time += (int64_t)head[2] * head[2] * CALLS_MS;
        frame++;
        if (sip_message_parse(head + HEAD, size, &message) != SIP_OTHER) {
            const message_origin origin = origin_of(c, head, time, frame);
            check_abridged(&message);
            check_offer(message.body);
            learn(c, &origin, head, &message);
        }
        head = next;
    }
    explain_all(c, frame);
    calls_tick(c, frame + 1, time + 1000 * CALLS_SECOND);
    calls_tick(c, frame + 2, time + 1001 * CALLS_SECOND);
    explain_all(c, frame);
    calls_close(c);
    return 0;
}
