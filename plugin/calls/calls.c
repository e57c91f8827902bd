/* calls.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/calls.h"

#include <string.h>

#include "calls/answers.h"
#include "calls/confirmations.h"
#include "calls/detail_rooms.h"
#include "calls/join_rooms.h"
#include "calls/links.h"
#include "calls/model.h"
#include "calls/outcomes.h"
#include "calls/requests.h"
#include "calls/transactions.h"
#include "calls/ways.h"

#define CODE_REQUEST_TERMINATED 487

/* Where each pool lies, and how large its items are. */
static const struct {
    size_t place;
    size_t item_size;
} pools[] = {
    { offsetof(struct calls, calls), sizeof(sip_call) },
    { offsetof(struct calls, requests), sizeof(sip_request) },
    { offsetof(struct calls, transactions), sizeof(sip_transaction) },
    { offsetof(struct calls, answers), sizeof(sip_answer) },
    { offsetof(struct calls, dialogs), sizeof(sip_dialog) },
    { offsetof(struct calls, later_copies), sizeof(later_copy) },
    { offsetof(struct calls, ways), sizeof(int64_t) },
    { offsetof(struct calls, bypasses), sizeof(bypass) },
    { offsetof(struct calls, early), sizeof(early_confirmation) },
    { offsetof(struct calls, expiries), sizeof(call_expiry) },
    { offsetof(struct calls, stream_ends), sizeof(uint32_t) },
    { offsetof(struct calls, ringing), sizeof(ringing_call) },
    { offsetof(struct calls, texts), sizeof(kept_text) },
    { offsetof(struct calls, events), sizeof(call_event) },
};

calls *
calls_open(const calls_memory *memory, const uint32_t random[6], calls_codes codes)
{
    calls *c = (calls *)memory->allocate(memory->scope, sizeof *c);

    memset(c, 0, sizeof *c);
    c->memory = *memory;
    c->codes = codes;
    c->secret = digest_secret_of(random);
    for (size_t kind = 0; kind < KEY_KINDS; kind++) {
        c->kinds[kind] = digest_of_word(&c->secret, c->secret.start, kind);
    }
    c->invite = digest_of_text(c, (sip_text){ (const uint8_t *)"INVITE", 6 });
    c->no_address = calls_address(c, (sip_text){ NULL, 0 });
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++) {
        pool_start((item_pool *)((uint8_t *)c + pools[i].place), &c->memory, pools[i].item_size);
    }
    index_start(&c->index, &c->memory);
    copies_start(&c->copies, &c->memory);
    return c;
}

void
calls_close(calls *c)
{
    const calls_memory memory = c->memory;

    details_end(c);
    joins_end(c);
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++) {
        pool_end((item_pool *)((uint8_t *)c + pools[i].place));
    }
    index_end(&c->index);
    copies_end(&c->copies);
    memory.release(memory.scope, c);
}

static uint16_t
flags_of_request(const sip_identity *identity, bool unreliable)
{
    return (uint16_t)((identity->supports_100rel || identity->cut ? TRANSACTION_OFFERS_100REL : 0) |
                      (identity->requires_100rel ? TRANSACTION_REQUIRES_100REL : 0) |
                      (identity->supports_199 || identity->cut ? TRANSACTION_SUPPORTS_199 : 0) |
                      (unreliable ? TRANSACTION_UNRELIABLE : 0));
}

/* An answer that stands just before its request in the file, and whose time
 * says that it came after it. */
static bool
is_answered_already(const calls *c, uint32_t transaction, const call_message *m)
{
    const sip_transaction *t = transaction_at(c, transaction);
    int64_t first = INT64_MAX;

    if (t->request || t->answer_count > CALLS_ADOPTED_MAX) {
        return false;
    }
    for (uint32_t answer = t->answers; answer; answer = answer_at(c, answer)->next) {
        const int64_t time = answer_at(c, answer)->time;
        first = time < first ? time : first;
    }
    return is_earlier(m->origin->time, first);
}

static void
settle_answer(calls *c, uint32_t answer, const call_message *m)
{
    if (m->kind == REQUEST_INVITE) {
        if (request_at(c, transaction_at(c, answer_at(c, answer)->transaction)->request)->hops > 1) {
            note_confirmable(c, answer);
        }
        take_early_confirmation(c, answer);
    }
    take_outcome(c, answer, m);
}

static void
adopt_answers(calls *c, uint32_t transaction, const call_message *m)
{
    sip_transaction *t = transaction_at(c, transaction);
    uint32_t numbers[CALLS_ADOPTED_MAX];

    t->flags |= TRANSACTION_ADOPTS;
    for (uint32_t answer = t->answers; answer; answer = answer_at(c, answer)->next) {
        answer_at(c, answer)->flags &= (uint16_t)~ANSWER_UNSEEN_REQUEST;
        answer_at(c, answer)->flags |= ANSWER_ADOPTED;
    }
    const unsigned count = calls_adopted(c, t, numbers);
    for (unsigned i = 0; i < count; i++) {
        /* The To tag is the answer's where the request has none (RFC 3261 8.2.6.2); what is kept of it tells it. */
        call_message answered = *m;
        answered.to = m->to ? m->to : answer_at(c, numbers[i])->to_tag;
        settle_answer(c, numbers[i], &answered);
    }
}

static void
learn_other_request(calls *c, uint32_t transaction, const call_message *m)
{
    const sip_text method = m->content->method;

    if (m->kind == REQUEST_BYE && m->to) {
        take_bye(c, transaction_at(c, transaction)->request, m);
    } else if (sip_text_equals(method, "CANCEL")) {
        take_cancel(c, m);
    } else if (m->identity->rack_rseq) {
        take_prack(c, m);
    }
}

static void
learn_request(calls *c, call_message *m)
{
    ways_note(c, m);
    if (sip_text_equals(m->content->method, "ACK")) {
        take_ack(c, m);
        return;
    }
    uint32_t number = transaction_between(c, m->key, m);
    if (number && transaction_at(c, number)->request) {
        c->newest = (request_place){ m->origin->frame, m->origin->place, number };
        count_up(&transaction_at(c, number)->count);
        details_of_repetition(c, number, m);
        return;
    }
    const bool answered = number && is_answered_already(c, number, m);
    if (!answered) {
        number = transaction_add(c, m->key, m);
    }
    c->newest = (request_place){ m->origin->frame, m->origin->place, number };
    sip_transaction *t = transaction_at(c, number);
    t->time = m->origin->time;
    t->frame = m->origin->frame;
    t->place = m->origin->place;
    t->count = 1;
    t->flags = (uint16_t)(t->flags | flags_of_request(m->identity, m->origin->unreliable));
    request_take_hop(c, number, m);
    const sip_request *r = request_at(c, t->request);
    if (r->hops == 2 && m->kind == REQUEST_INVITE) {
        note_confirmables_of(c, r->first);
    }
    details_of_request(c, number, m);
    if (answered) {
        adopt_answers(c, number, m);
    }
    learn_other_request(c, number, m);
}

/* RFC 3262 3: each reliable response of a fork has the next number. One that
 * stands behind the next in the file, but was sent before it, is in order. */
static bool
rseq_is_out_of_order(calls *c, uint32_t transaction, uint32_t newest, answer_features f, int64_t time)
{
    if (!f.rseq || transaction_at(c, transaction)->flags & TRANSACTION_RSEQ_UNSEEN) {
        return false;
    }
    if (!newest) {
        return f.rseq > INT32_MAX;
    }
    sip_answer *last = answer_at(c, newest);
    if (is_earlier(time, last->time)) {
        const bool swapped = rseq_of(c, last) == f.rseq + 1;
        if (swapped) {
            last->flags &= (uint16_t)~ANSWER_RSEQ_ORDER;
        }
        return !swapped;
    }
    return f.rseq != rseq_of(c, last) + 1;
}

/* RFC 3261 16.7: one final response to a request, but that each fork of an INVITE
 * may answer with a 2xx, also behind another one's refusal. */
static bool
is_second_final(const calls *c, uint32_t transaction, answer_features f, request_kind kind)
{
    const answers_way way = kind == REQUEST_INVITE && f.code / 100 == 2 ? ANSWERS_FINAL_OF_FORK : ANSWERS_FIRST_FINAL;

    return answers_find(c, transaction, way, f) != 0;
}

static uint16_t
flags_of_new_answer(calls *c, uint32_t transaction, answer_features f, const call_message *m)
{
    const sip_transaction *t = transaction_at(c, transaction);
    const uint32_t reliable = f.rseq ? answers_find(c, transaction, ANSWERS_RELIABLE_OF_FORK, f) : 0;
    unsigned flags = t->answers ? 0 : ANSWER_FIRST | (t->count > 1 ? ANSWER_AFTER_REPEAT : 0);

    if (response_is_final(f.code) && is_second_final(c, transaction, f, m->kind)) {
        flags |= ANSWER_SECOND_FINAL;
    }
    if (reliable && reliable == answers_find(c, transaction, ANSWERS_FIRST_RELIABLE_OF_FORK, f)) {
        flags |= ANSWER_SECOND_RELIABLE;
    }
    if (f.code == CODE_REQUEST_TERMINATED && !is_ended_early(c, transaction, m)) {
        flags |= ANSWER_UNCANCELLED;
    }
    if (rseq_is_out_of_order(c, transaction, reliable, f, m->origin->time)) {
        flags |= ANSWER_RSEQ_ORDER;
    }
    return (uint16_t)flags;
}

/* Of messages that are not the first copy of an answer, in the order of frames. */
static void
add_later_copy(calls *c, const call_message *m, later_copy copy)
{
    copy.frame = m->origin->frame;
    copy.place = m->origin->place;
    *(later_copy *)pool_at(&c->later_copies, pool_add(&c->later_copies)) = copy;
}

/* Returns how often the answer was repeated. */
static uint32_t
count_copy(calls *c, uint32_t answer)
{
    const uint64_t key = key_of(c, KEY_COUNT, answer, 0);
    sip_answer *a = answer_at(c, answer);

    if (a->count < UINT8_MAX) {
        return a->count++;
    }
    const uint32_t before = index_find(&c->index, key);
    const uint32_t repetition = before ? before + 1 : UINT8_MAX;
    index_put(&c->index, key, repetition);
    return repetition;
}

static answer_features
features_of(const call_message *m)
{
    return (answer_features){ m->content->code, hash_of_tag(m->to),
                              m->identity->requires_100rel ? m->identity->rseq : 0 };
}

static void
learn_response(calls *c, const call_message *m)
{
    uint32_t transaction = transaction_nearest(c, m->key, m);
    const answer_features f = features_of(m);

    transaction = transaction ? transaction : transaction_add(c, m->key, m);
    const uint32_t same = answers_find(c, transaction, ANSWERS_SAME, f);
    if (same) {
        add_later_copy(c, m, (later_copy){ .answer = same, .repetition = count_copy(c, same) });
        return;
    }
    sip_transaction *t = transaction_at(c, transaction);
    if (m->identity->cut && !response_is_final(f.code)) {
        t->flags |= TRANSACTION_RSEQ_UNSEEN;
    }
    const uint16_t flags = flags_of_new_answer(c, transaction, f, m);
    const bool unseen = !t->request && ways_show_requests(c, m);
    const uint32_t number = answers_add(c, transaction, m, f);
    answer_at(c, number)->flags = (uint16_t)(flags | (unseen ? ANSWER_UNSEEN_REQUEST : 0));
    details_of_answer(c, number, m);
    if (t->request) {
        settle_answer(c, number, m);
    }
}

/* A copy of a message that was captured before tells nothing new; a response is
 * still recalled, as that one. */
static void
learn_copy(calls *c, const call_message *m, uint32_t captured_before)
{
    uint32_t answer = 0;

    if (m->content->code) {
        const uint32_t transaction = transaction_nearest(c, m->key, m);
        answer = transaction ? answers_find(c, transaction, ANSWERS_SAME, features_of(m)) : 0;
    }
    add_later_copy(c, m, (later_copy){ .answer = answer, .captured_before = captured_before });
}

static uint64_t
digest_of_message(const calls *c, const message_origin *origin, sip_text bytes)
{
    const uint64_t ends = digest_of_word(&c->secret, (uint64_t)origin->source.address << 32 | origin->destination.address,
                                         (uint64_t)origin->source.port << 16 | origin->destination.port);

    return digest_of_bytes(&c->secret, ends, bytes);
}

/* What a message of its kind is held against. */
ALWAYS_INLINE void
expect_keys(const calls *c, const call_message *m)
{
    index_expect(&c->index, m->key);
    index_expect(&c->index, m->call);
    if (m->content->code) {
        return;
    }
    ways_expect(c, m);
    if (sip_text_equals(m->content->method, "ACK")) {
        index_expect(&c->index, key_with(c, requests_key(c, m, c->invite, 0), m->identity->cseq));
        return;
    }
    index_expect(&c->index, own_request_key(c, m, m->identity->cseq));
    /* An INVITE that begins a call has none before it. */
    if (m->to || m->kind != REQUEST_INVITE) {
        index_expect(&c->index, own_request_key(c, m, m->identity->cseq - 1));
    }
}

digested_message
digest_to_learn(const calls *c, const message_origin *origin, const sip_identity *identity, const message_content *content)
{
    const digested_message digested = {
        .m = digest_message(c, origin, identity, content),
        .bytes = digest_of_message(c, origin, content->bytes),
    };

    copies_expect(&c->copies, digested.bytes);
    expect_keys(c, &digested.m);
    return digested;
}

void
learn_digested(calls *c, digested_message *digested)
{
    call_message *m = &digested->m;
    const message_origin *origin = m->origin;
    const seen_message seen = {
        .digest = digested->bytes,
        .time = origin->time,
        .frame = origin->frame,
        .ip_id = origin->ip_id,
        .has_sequence = origin->has_sequence,
    };
    const uint32_t before = copies_first_of(&c->copies, &seen, origin->segment_repeated, calls_end_time(c));

    m->call_number = call_find(c, m->call);
    if (before) {
        learn_copy(c, m, before);
    } else if (m->content->code) {
        learn_response(c, m);
    } else {
        learn_request(c, m);
    }
    if (m->call_number) {
        call_at(c, m->call_number)->last_frame = origin->frame;
    }
}

void
calls_learn(calls *c, const message_origin *origin, const sip_identity *identity, const message_content *content)
{
    digested_message digested = digest_to_learn(c, origin, identity, content);

    learn_digested(c, &digested);
}
