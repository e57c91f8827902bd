/* confirmations.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/confirmations.h"

#include "calls/answers.h"
#include "calls/detail_rooms.h"
#include "calls/dialog_ends.h"
#include "calls/links.h"
#include "calls/outcomes.h"
#include "calls/requests.h"
#include "calls/transactions.h"

static uint32_t
final_with_tag(const calls *c, uint32_t transaction, uint64_t tag)
{
    return answers_find(c, transaction, ANSWERS_FINAL_OF_FORK, (answer_features){ .to_tag = hash_of_tag(tag) });
}

static void
confirm(calls *c, uint32_t answer, uint32_t frame)
{
    sip_answer *a = answer_at(c, answer);

    if (!a->confirmed_in) {
        a->confirmed_in = frame;
    }
}

/* What comes to stand behind its confirmation was only captured later, if it
 * was sent before. scope: the transaction, or request (0 transaction). */
static uint64_t
early_key(const calls *c, uint32_t transaction, uint32_t request, uint32_t to_tag, uint32_t rseq)
{
    return key_with(c, key_of(c, KEY_EARLY, (uint64_t)transaction << 32 | request, to_tag), rseq);
}

static void
note_early(calls *c, uint32_t transaction, uint32_t request, const call_message *m, uint32_t rseq)
{
    const uint64_t key = early_key(c, transaction, request, hash_of_tag(m->to), rseq);
    const uint32_t number = pool_add(&c->early);

    *(early_confirmation *)pool_at(&c->early, number) =
        (early_confirmation){ m->origin->time, m->origin->frame };
    index_put(&c->index, key, number);
    request_at(c, request)->flags |= REQUEST_EARLY_ACK;
}

static const early_confirmation *
early_of(const calls *c, uint32_t transaction, uint32_t request, const sip_answer *a)
{
    const uint32_t number = index_find(&c->index, early_key(c, transaction, request, a->to_tag, rseq_of(c, a)));

    return number ? (const early_confirmation *)pool_at(&c->early, number) : NULL;
}

void
take_early_confirmation(calls *c, uint32_t answer)
{
    sip_answer *a = answer_at(c, answer);
    const uint32_t request = transaction_at(c, a->transaction)->request;

    if (!(request_at(c, request)->flags & REQUEST_EARLY_ACK) || !(is_final(a) || a->reliable)) {
        return;
    }
    const early_confirmation *early = early_of(c, a->transaction, request, a);
    early = early ? early : early_of(c, 0, request, a);
    if (!early || a->time - early->time >= CALLS_T1) {
        return;
    }
    a->confirmed_in = early->frame;
    const uint32_t blamed = answers_find(c, a->transaction, ANSWERS_NEWEST_PROVISIONAL, (answer_features){ 0 });
    if (blamed) {
        answer_at(c, blamed)->flags &= (uint16_t)~ANSWER_ACK_TOO_SOON;
    }
}

/* An ACK that fits none of the finals says what is wrong with it, or that the
 * capture lacks one. */
static void
blame_ack(calls *c, uint32_t transaction, const call_message *m)
{
    const answer_features any = { 0 };
    const uint32_t final = answers_find(c, transaction, ANSWERS_NEWEST_FINAL, any);
    const uint32_t provisional = final ? 0 : answers_find(c, transaction, ANSWERS_NEWEST_PROVISIONAL, any);

    if (final && !calls_confirmed_in(c, answer_at(c, final))) {
        answer_at(c, final)->flags |= ANSWER_ACK_OTHER_TAG;
    }
    if (final) {
        return;
    }
    request_at(c, transaction_at(c, transaction)->request)->flags |= REQUEST_FINAL_LOST;
    note_early(c, transaction, transaction_at(c, transaction)->request, m, 0);
    if (provisional) {
        answer_at(c, provisional)->flags |= ANSWER_ACK_TOO_SOON;
    }
}

/* Of an INVITE without a To tag, or of one in the dialog. */
static uint32_t
invite_of(const calls *c, const call_message *m, uint32_t cseq)
{
    const uint64_t method = c->invite;
    const uint32_t initial = request_find(c, m, method, 0, cseq);

    return initial ? initial : request_find(c, m, method, m->to, cseq);
}

/* RFC 3261 13.2.2.4, RFC 3262 4: by a request of its own. */
static bool
is_confirmed_end_to_end(const sip_answer *answer)
{
    return answer->reliable || answer_is_success(answer);
}

static uint64_t
bypass_key(const calls *c, uint32_t request, uint32_t to_tag, uint32_t rseq)
{
    return key_with(c, key_of(c, KEY_BYPASS, request, to_tag), rseq);
}

/* It went past the hops of the INVITE: whichever they are, it is theirs. */
static void
note_bypass(calls *c, uint32_t request, const call_message *m, uint32_t rseq)
{
    const uint64_t key = bypass_key(c, request, hash_of_tag(m->to), rseq);
    uint32_t number = index_find(&c->index, key);

    if (!number) {
        number = pool_add(&c->bypasses);
        ((bypass *)pool_at(&c->bypasses, number))->first = m->origin->frame;
        index_put(&c->index, key, number);
        request_at(c, request)->flags |= REQUEST_BYPASSED;
    }
    ((bypass *)pool_at(&c->bypasses, number))->last = m->origin->frame;
}

uint32_t
calls_confirmed_in(const calls *c, const sip_answer *answer)
{
    const uint32_t request = transaction_at(c, answer->transaction)->request;

    if (answer->confirmed_in || !request || !(request_at(c, request)->flags & REQUEST_BYPASSED) ||
        !is_confirmed_end_to_end(answer)) {
        return answer->confirmed_in;
    }
    const uint32_t number = index_find(&c->index, bypass_key(c, request, answer->to_tag, rseq_of(c, answer)));
    if (!number) {
        return 0;
    }
    const bypass *b = (const bypass *)pool_at(&c->bypasses, number);
    return b->first > answer->frame ? b->first : b->last > answer->frame ? b->last : 0;
}

/* RFC 3261 13.2.2.4: the ACK of a 2xx has the CSeq number of the INVITE. */
static void
blame_cseq(calls *c, const call_message *m)
{
    const sip_dialog *dialog = dialog_find(c, m);

    if (dialog && !calls_confirmed_in(c, answer_at(c, dialog->answer)) &&
        !request_find(c, m, c->invite, m->to, m->identity->cseq)) {
        answer_at(c, dialog->answer)->flags |= ANSWER_ACK_OTHER_CSEQ;
    }
}

typedef enum {
    BETWEEN_ENDS,               /* addresses and ports */
    BETWEEN_HOSTS,
    ON_ANY_HOP
} confirmable_where;

static uint64_t
confirmable_key(const calls *c, uint32_t request, uint32_t to_tag, uint32_t rseq, const hop_ends *ends,
                confirmable_where where)
{
    const uint64_t addresses = where == ON_ANY_HOP ? 0 : (uint64_t)ends->client.address << 32 | ends->server.address;
    const uint64_t key = key_of(c, KEY_CONFIRMABLE, (uint64_t)request << 32 | to_tag, addresses);

    return key_with(c, key_with(c, key, (uint64_t)where << 32 | rseq), where == BETWEEN_ENDS ? ports_of(ends) : 0);
}

void
note_confirmable(calls *c, uint32_t answer)
{
    const sip_answer *a = answer_at(c, answer);
    const sip_transaction *t = transaction_at(c, a->transaction);
    const hop_ends ends = ends_of_transaction(t);

    for (unsigned where = BETWEEN_ENDS; where <= ON_ANY_HOP && (is_final(a) || a->reliable); where++) {
        const uint64_t key = confirmable_key(c, t->request, a->to_tag, rseq_of(c, a), &ends, (confirmable_where)where);
        const uint32_t known = index_find(&c->index, key);
        index_put(&c->index, key, known > answer ? known : answer);
    }
}

void
note_confirmables_of(calls *c, uint32_t transaction)
{
    for (uint32_t answer = transaction_at(c, transaction)->answers; answer; answer = answer_at(c, answer)->next) {
        note_confirmable(c, answer);
    }
}

/* Of the hop between the same two ends; else of the newest one between the same
 * two hosts. */
static uint32_t
confirmable(const calls *c, uint32_t request, const call_message *m, uint32_t rseq)
{
    const sip_request *r = request_at(c, request);
    const answer_features wanted = { .to_tag = hash_of_tag(m->to), .rseq = rseq };
    const hop_ends ends = ends_of_message(m);

    if (r->hops == 1) {
        return request_hop(c, request, m) == r->first ?
               answers_find(c, r->first, rseq ? ANSWERS_RELIABLE : ANSWERS_FINAL_OF_FORK, wanted) : 0;
    }
    const uint32_t found = index_find(&c->index, confirmable_key(c, request, wanted.to_tag, rseq, &ends, BETWEEN_ENDS));
    return found || ends.client.address == ends.server.address ? found :
           index_find(&c->index, confirmable_key(c, request, wanted.to_tag, rseq, &ends, BETWEEN_HOSTS));
}

/* Has this fork answered on the hop, or been accepted on another one? Then its
 * 2xx may be what the capture lacks. */
static bool
is_known_fork(const calls *c, uint32_t request, uint32_t hop, const call_message *m)
{
    const answer_features fork = { .to_tag = hash_of_tag(m->to) };
    const hop_ends ends = ends_of_message(m);

    return (hop && answers_find(c, hop, ANSWERS_FIRST_SOUND_OF_FORK, fork)) ||
           index_find(&c->index, confirmable_key(c, request, fork.to_tag, 0, &ends, ON_ANY_HOP));
}

/* RFC 3261 13.2.2.4: the ACK of a 2xx is a transaction of its own and may
 * bypass proxies. It is that of the hop between the same two ends, or, if there
 * is none, of the INVITE on every hop. */
static void
take_ack_of_2xx(calls *c, const call_message *m)
{
    const uint32_t request = invite_of(c, m, m->identity->cseq);

    if (!request) {
        blame_cseq(c, m);
        return;
    }
    const uint32_t answer = confirmable(c, request, m, 0);
    if (answer) {
        confirm(c, answer, m->origin->frame);
        return;
    }
    const sip_request *r = request_at(c, request);
    const uint32_t hop = request_hop(c, request, m);
    if (!r->best || (hop && !is_known_fork(c, request, hop, m))) {
        blame_ack(c, hop ? hop : transaction_at(c, r->first)->next_hop, m);
    }
    if (!hop) {
        note_bypass(c, request, m, 0);
        note_early(c, 0, request, m, 0);
    }
}

/* RFC 3261 17.1.1.3: the ACK of another final shares the branch of the INVITE. */
void
take_ack(calls *c, const call_message *m)
{
    const uint32_t transaction = transaction_nearest(c, m->key, m);
    if (transaction && transaction_at(c, transaction)->request) {
        const uint32_t final = final_with_tag(c, transaction, m->to);
        if (final) {
            confirm(c, final, m->origin->frame);
        } else {
            blame_ack(c, transaction, m);
        }
        return;
    }
    const uint32_t other = transaction ? 0 : transaction_of_branch(c, m->key);
    const uint32_t final = other ? answers_find(c, other, ANSWERS_NEWEST_FINAL, (answer_features){ 0 }) : 0;
    if (final) {
        answer_at(c, final)->flags |= ANSWER_ACK_OTHER_CSEQ;
    } else {
        take_ack_of_2xx(c, m);
    }
}

/* RFC 3262 4: RAck names the response and the INVITE that it answered. */
void
take_prack(calls *c, const call_message *m)
{
    const uint32_t request = invite_of(c, m, m->identity->rack_cseq);
    const uint32_t rseq = m->identity->rack_rseq;

    if (!request) {
        return;
    }
    const uint32_t answer = confirmable(c, request, m, rseq);
    if (answer) {
        confirm(c, answer, m->origin->frame);
        return;
    }
    const uint32_t hop = request_hop(c, request, m);
    if (!hop) {
        note_bypass(c, request, m, rseq);
    }
    note_early(c, hop, request, m, rseq);
}

/* RFC 3261 9.1: it has the branch of what it cancels. */
void
take_cancel(calls *c, const call_message *m)
{
    const uint32_t transaction = transaction_nearest(c, transaction_key(c, m, c->invite), m);

    if (!transaction) {
        return;
    }
    transaction_at(c, transaction)->flags |= TRANSACTION_CANCELLED;
    note_event(c, EVENT_CANCEL, transaction, m);
    const uint32_t final = answers_find(c, transaction, ANSWERS_NEWEST_FINAL, (answer_features){ 0 });
    if (final && is_earlier(m->origin->time, answer_at(c, final)->time)) {
        answer_at(c, final)->flags &= (uint16_t)~ANSWER_UNCANCELLED;
    }
}

static uint64_t
bye_key(const calls *c, uint64_t call, uint64_t tag)
{
    return key_of(c, KEY_BYE_SEEN, call, tag);
}

uint32_t
bye_seen_from(const calls *c, uint64_t call, uint64_t tag)
{
    return index_find(&c->index, bye_key(c, call, tag));
}

/* A BYE in a dialog that the capture saw no 2xx of: either it ends an INVITE
 * before its final response (RFC 3261 15.1.1), or shows that there was one. */
static void
take_bye_of_unknown(calls *c, uint32_t request, const call_message *m)
{
    const uint32_t call = m->call_number;

    index_put(&c->index, bye_key(c, m->call, m->from), m->origin->frame);
    index_put(&c->index, bye_key(c, m->call, m->to), m->origin->frame);
    if (call) {
        note_call_end(c, call, request, NULL, m);
        sip_request *latest = request_at(c, call_at(c, call)->latest);
        const uint32_t cseq = transaction_at(c, latest->first)->cseq;
        call_message other = *m;
        other.from = m->to;
        if (request_find(c, m, c->invite, 0, cseq) || request_find(c, &other, c->invite, 0, cseq)) {
            latest->flags |= REQUEST_FINAL_LOST;
        }
    }
}

void
take_bye(calls *c, uint32_t request, const call_message *m)
{
    sip_dialog *dialog = dialog_find(c, m);

    note_side(c, request, m);
    if (!dialog) {
        take_bye_of_unknown(c, request, m);
        return;
    }
    note_call_end(c, m->call_number, request, dialog, m);
    if (!dialog->bye) {
        dialog->bye = request & 0x7fffffff;
    } else if (dialog->bye != request) {
        note_other_bye(c, request, dialog->bye, m);
    }
}

bool
is_ended_early(const calls *c, uint32_t transaction, const call_message *m)
{
    const sip_dialog *dialog = dialog_find(c, m);

    return transaction_at(c, transaction)->flags & TRANSACTION_CANCELLED || (dialog && dialog->bye) ||
           bye_seen_from(c, m->call, m->from);
}
