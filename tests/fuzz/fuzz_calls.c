/* fuzz_calls.c
 * The model of calls against a slow and simple one (slow_calls.h), over
 * conversations with loss, copies, disorder, forks, failover and other ends:
 * every message is twelve bytes, of which most are likely to fit those before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "calls/call_facts.h"
#include "slow_calls.h"

#define MESSAGE_BYTES 12

static const uint16_t codes[] = { 100, 180, 183, 199, 200, 200, 202, 302, 401, 407, 408, 420, 422, 481, 486, 487, 487, 491,
                                  500, 503, 503, 600, 603, 200 };
static const int64_t waits[] = { 0, 0, 1, 3, 20, 20, 100, 499, 500, 1000, 31999, 32001, 200001, -1, -300, 7200000 };
static const char *const methods[METHOD_COUNT] = { "INVITE", "BYE", "REGISTER", "OPTIONS", "ACK", "CANCEL", "PRACK" };
static const code_range alerting_ranges[] = { { 180, 180 }, { 183, 183 }, { 200, 299 } };
static const code_range continued_ranges[] = { { 300, 399 }, { 401, 402 }, { 407, 407 } };
static const code_set alerting = { alerting_ranges, 3 };
static const code_set continued = { continued_ranges, 3 };

static void *
allocate(void *scope, size_t size)
{
    void *block = malloc(size);
    (void)scope;

    must(block != NULL);
    return block;
}

static void
release(void *scope, void *block)
{
    (void)scope;
    free(block);
}

/* One message of the conversation: seven bytes choose, the others seldom do. */
static slow_message
message_of(const uint8_t *b, const slow_message *before, uint32_t frame)
{
    slow_message m = { .frame = frame, .time = before->time + waits[b[0] % 16] * CALLS_MS, .ip_id = b[1] % 4 };
    slow_text *x = &m.text;

    if (b[1] >= 224 && frame > 1) {
        x[0] = before->text;
        return m;
    }
    x->method = b[2] % METHOD_COUNT;
    x->call = b[3] % 2;
    x->from = (uint8_t)(1 + (b[3] >> 1) % 2);
    x->to = (b[3] >> 2) % 4;
    x->branch = b[4] % 8;
    x->cseq = (uint8_t)(1 + (b[4] >> 3) % 3);
    x->source = b[5] % 3;
    x->destination = (b[5] >> 2) % 3;
    x->source_port = (b[5] >> 4) % 2;
    x->destination_port = (b[5] >> 5) % 2;
    x->uri = b[6] % 2;
    x->credentials = b[6] >> 1 & 1;
    if (b[6] & 0x80 && x->method != ACK) {
        x->code = codes[b[7] % (sizeof codes / sizeof *codes)];
        x->uri = x->credentials = 0;
        x->rseq = x->method == INVITE && x->code > 100 && x->code < 200 ? b[8] % 4 : 0;
    } else if (x->method == PRACK) {
        x->rack_rseq = b[8] % 4;
        x->rack_cseq = (uint8_t)(1 + b[9] % 3);
    }
    return m;
}

static sip_text
text_of(char buffer[16], const char *prefix, unsigned number)
{
    return (sip_text){ (const uint8_t *)buffer, (size_t)snprintf(buffer, 16, "%s%u", prefix, number) };
}

static call_end
end_of(const calls *c, unsigned host, unsigned port)
{
    const uint8_t byte = (uint8_t)host;

    return (call_end){ calls_address(c, (sip_text){ &byte, 1 }), (uint16_t)port };
}

static void
learn(calls *c, const slow_message *m)
{
    const slow_text *x = &m->text;
    char call[16], from[16], to[16], branch[16];
    const sip_text method = { (const uint8_t *)methods[x->method], strlen(methods[x->method]) };
    char uri = (char)('0' + x->uri);
    const sip_identity identity = {
        .sent_by = { (const uint8_t *)"host", 4 },
        .branch = text_of(branch, x->branch < SLOW_OLD_BRANCHES ? "" : "z9hG4bK", x->branch),
        .magic = x->branch >= SLOW_OLD_BRANCHES,
        .call_id = text_of(call, "call", x->call),
        .from_tag = text_of(from, "f", x->from),
        .to_tag = x->to ? text_of(to, "f", x->to) : (sip_text){ NULL, 0 },
        .cseq = x->cseq,
        .cseq_method = method,
        .rseq = x->rseq,
        .requires_100rel = x->rseq > 0,
        .rack_rseq = x->rack_rseq,
        .rack_cseq = x->rack_cseq,
        .credentials = x->credentials,
        .request_uri = x->code ? (sip_text){ NULL, 0 } : (sip_text){ (const uint8_t *)&uri, 1 },
    };
    const message_origin origin = {
        .time = m->time,
        .frame = m->frame,
        .ip_id = m->ip_id,
        .source = end_of(c, x->source, x->source_port),
        .destination = end_of(c, x->destination, x->destination_port),
        .unreliable = true,
    };
    const message_content content = { { (const uint8_t *)x, sizeof *x }, x->code ? (sip_text){ NULL, 0 } : method,
                                      x->code, (uint8_t)(x->code / 100), NULL };

    calls_learn(c, &origin, &identity, &content);
}

/* An answer of the call that counts; 0: none yet. */
static uint32_t
counted_in_call(const calls *c, const sip_request *request)
{
    const uint32_t counted = request->call ? calls_call(c, request->call)->counted : 0;

    return counted ? calls_answer(c, counted)->frame : 0;
}

static void
compare(const calls *c, uint32_t frame)
{
    const slow_verdict v = slow_recall(frame);
    answer_record record;

    must(calls_recall(c, frame, 0, &record) == v.known);
    must((record.answer != NULL) == v.has_request);
    must(record.captured_before == v.captured_before);
    if (!record.answer) {
        return;
    }
    must(record.repetition == v.repetition);
    must(record.transaction->frame == v.request_frame);
    must(record.answer->frame == v.first_frame);
    /* The outcomes of calls are those of the answers that count for them, which are compared below. */
    must((record.answer->flags & ~ANSWER_CHANGES_CALL) == v.flags);
    must(calls_confirmed_in(c, record.answer) == v.confirmed_in);
    must((record.request->best ? calls_answer(c, record.request->best)->frame : 0) == v.best_frame);
    must(record.request->after == v.after);
    must((int)calls_state_of(c, record.request) == v.state);
    must(counted_in_call(c, record.request) == v.call_counted);
}

static void
compare_call(const calls *c, int number)
{
    const slow_facts slow = slow_facts_of(number);
    const call_facts facts = calls_facts_of(c, (uint32_t)number + 1);

    must(facts.first_frame == slow.first_frame);
    must(facts.last_frame == slow.last_frame);
    must(facts.final_code == slow.final_code);
    must(facts.setup_time == slow.setup_time);
    must(facts.alert_time == slow.alert_time);
    must(facts.duration == slow.duration);
    must(calls_call(c, (uint32_t)number + 1)->ended_by == slow.ended_by);
    must(facts.caller_host == end_of(c, slow.caller, 0).address);
    must(facts.callee_host == end_of(c, slow.callee, 0).address);
}

static void
compare_side(const calls *c, const slow_text *x)
{
    char id[16], one[16], other[16];
    const sip_text call_id = text_of(id, "call", x->call);
    const uint32_t call = calls_call_of(c, call_id);
    const sip_tags tags = {
        .from = text_of(one, "f", x->from),
        .to = x->to ? text_of(other, "f", x->to) : (sip_text){ NULL, 0 },
    };

    must(!call || (int)calls_from_is_of(c, call, &tags) == slow_side(x));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const uint32_t random[6] = { 1, 22, 333, 4444, 55555, 666666 };
    const calls_memory memory = { allocate, release, NULL };
    calls *c = calls_open(&memory, random, (calls_codes){ &alerting, &continued });
    slow_message before = { .time = 1000 * CALLS_SECOND };
    uint32_t frame = 0;

    slow_start();
    while (length >= (frame + 1) * MESSAGE_BYTES && frame < SLOW_MESSAGES_MAX) {
        const slow_message m = message_of(bytes + (size_t)frame * MESSAGE_BYTES, &before, frame + 1);
        frame++;
        calls_tick(c, frame, m.time);
        slow_tick(m.time);
        learn(c, &m);
        slow_learn(&m);
        compare_side(c, &m.text);
        before = m;
    }
    for (uint32_t i = 1; i <= frame; i++) {
        compare(c, i);
    }
    must(calls_call_count(c) == (uint32_t)slow_call_count());
    for (int i = 0; i < slow_call_count(); i++) {
        compare_call(c, i);
    }
    calls_close(c);
    return 0;
}
