/* model.h
 * What the rooms of calls/ share: where each noun is kept, and the keys by which
 * it is found. Of these rooms alone; what others see is in calls.h.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_MODEL_H
#define SIPRESP_MODEL_H

#include "calls/calls.h"
#include "calls/copies.h"
#include "sip/digest.h"

/* Up to so many answers of a transaction, or hops of a request, it costs least
 * to look at each; beyond that each is found by digest. Whatever the number,
 * the same is found. */
#ifndef CALLS_FEW
#define CALLS_FEW 8
#endif

/* A message other than the first copy of an answer. */
typedef struct {
    uint32_t frame;
    uint32_t place;
    uint32_t answer;            /* 0: of a request */
    uint32_t repetition;
    uint32_t captured_before;
} later_copy;

/* An ACK or PRACK that went another way than the hops of the INVITE. */
typedef struct {
    uint32_t first;             /* frames */
    uint32_t last;
} bypass;

typedef struct {
    int64_t time;
    uint32_t frame;
} early_confirmation;

/* A call that is pending for longer than 64*T1. */
typedef struct {
    int64_t due;
    uint32_t call;
} ringing_call;

/* Of those few that explanations need; the same text is kept once. */
typedef struct {
    uint8_t *bytes;
    uint32_t length;
} kept_text;

/* What the newest INVITEs offered: one that is refused for it is refused soon. */
#define OFFERS_KEPT 128
typedef struct {
    uint32_t request;
    uint32_t length;
    uint8_t bytes[1000];
} recent_offer;

/* How calls are joined (joins.h). */
typedef struct {
    sip_text header;            /* name of one that says so; empty: none */
    bool ready;
    bool guess;
    int64_t since;              /* when recent[0] was begun */
    digest_index recent[2];     /* calls that began just now, by where they went and whom they are for */
    item_pool links;            /* of joins.c */
} call_joins;

typedef struct {
    uint32_t frame;             /* 0: none */
    uint32_t place;
    uint32_t transaction;
} request_place;

typedef enum {
    KEY_TRANSACTION = 1,        /* RFC 3261 17.1.3, 17.2.3 */
    KEY_NEAR,                   /* those of one KEY_TRANSACTION, by what of their ends is the same */
    KEY_REQUEST,
    KEY_SENT_BEFORE,
    KEY_FIRST_ATTEMPT,
    KEY_CALL,
    KEY_DIALOG,
    KEY_BYE_SEEN,
    KEY_HOP,
    KEY_CONFIRMABLE,            /* those of one request, by ends and what confirms them */
    KEY_ANSWER,                 /* those of one transaction, by what they have in common */
    KEY_RSEQ,                   /* of the few answers that have one: what it is */
    KEY_ALERT,
    KEY_ALERT_BEFORE,
    KEY_FINAL_BEFORE,
    KEY_COUNT,                  /* of an answer with so many copies that it has no room for it */
    KEY_EARLY,                  /* an ACK or PRACK that came before what it confirms */
    KEY_BYPASS,
    KEY_WAY,
    KEY_GAP,
    KEY_STREAM,
    KEY_TEXT,                   /* what explanations need, from here on */
    KEY_EVENT,
    KEY_HOST,
    KEY_REALM,
    KEY_NONCE,                  /* the newest challenge with it */
    KEY_NONCE_OF,               /* of a request: the challenge that its credentials answer */
    KEY_NONCE_NEXT,             /* of a challenged request: the first one with such a nonce */
    KEY_NONCE_TAKEN,            /* of a challenge: a request that got a 2xx */
    KEY_REGISTERED,
    KEY_REGISTER_OF,
    KEY_REINVITE,
    KEY_MARKS,
    KEY_EXTRA,
    KEY_WORDS,
    KEY_SENT_AFTER,
    KEY_RESET,                  /* of the ends of a TCP connection: the first one */
    KEY_RESET_NEWEST,
    KEY_RESET_BEFORE,           /* of a transaction: the newest one when it began */
    KEY_ENDED,
    KEY_JOIN,                   /* what joins need */
    KEY_SAID,
    KEY_LIKENESS,
    KEY_TAG_KEPT,
    KEY_ALIKE,
    KEY_KINDS
} key_kind;

struct calls {
    calls_memory memory;
    calls_codes codes;
    digest_secret secret;
    uint64_t kinds[KEY_KINDS];  /* what keys of each kind begin with */
    uint64_t invite;            /* digest of that method */
    uint32_t no_address;        /* what calls_address() makes of none */
    item_pool calls;
    item_pool requests;
    item_pool transactions;
    item_pool answers;
    item_pool dialogs;
    item_pool later_copies;
    item_pool ways;                  /* int64_t: when a request was first seen on it */
    item_pool bypasses;
    item_pool early;                 /* early_confirmation */
    item_pool expiries;
    item_pool stream_ends;           /* uint32_t: sequence number behind the last byte seen */
    item_pool ringing;          /* ringing_call, of ringing.c */
    item_pool texts;            /* kept_text */
    item_pool events;           /* call_event */
    recent_offer *offers;       /* OFFERS_KEPT of them, once there was one */
    uint32_t offer_count;
    call_joins joins;
    digest_index index;         /* of all of these */
    copy_finder copies;
    unsigned frames;            /* that told the time, at most 2 */
    int64_t first_time;
    int64_t last_time;
    int64_t sure_time;          /* that two frames confirm */
    request_place newest;       /* the request that was learned last, but for an ACK */
    uint32_t next_to_expire;    /* of the calls in the order they began */
    uint32_t ringing_count;     /* of those that wait */
};

/* A message with the digests by which it is held against others. */
typedef struct {
    const message_origin *origin;
    const sip_identity *identity;
    const message_content *content;
    call_end client;
    call_end server;
    uint64_t call;              /* digests; that of the call finds it; from and to of the tags, 0 for none */
    uint64_t from;
    uint64_t to;
    uint64_t method;            /* of the request that it is, or answers */
    uint64_t key;               /* of its transaction; of an ACK of that of the INVITE */
    uint64_t requests;          /* of all with its tags and method, whatever their CSeq number */
    request_kind kind;
    uint32_t call_number;       /* of what is learned: its call; 0: none */
} call_message;

call_message digest_message(const calls *c, const message_origin *origin, const sip_identity *identity,
                            const message_content *content);

/* A message with all digests that it takes to learn it. */
typedef struct {
    call_message m;
    uint64_t bytes;             /* of its bytes and ends */
} digested_message;

/* Asks memory for what learning will look up. What is pointed to has to stay until then. */
digested_message digest_to_learn(const calls *c, const message_origin *origin, const sip_identity *identity,
                                 const message_content *content);

void learn_digested(calls *c, digested_message *digested);

static inline uint64_t
key_of(const calls *c, key_kind kind, uint64_t one, uint64_t two)
{
    return digest_of_word(&c->secret, digest_of_word(&c->secret, c->kinds[kind], one), two);
}

static inline uint64_t
key_with(const calls *c, uint64_t key, uint64_t more)
{
    return digest_of_word(&c->secret, key, more);
}

static inline uint64_t
digest_of_text(const calls *c, sip_text text)
{
    return digest_of(&c->secret, c->secret.start, text);
}

static inline uint64_t
digest_of_call(const calls *c, sip_text call_id)
{
    return digest_of(&c->secret, c->kinds[KEY_CALL], call_id);
}

/* By which its own request is found, or one with another CSeq number. */
static inline uint64_t
own_request_key(const calls *c, const call_message *m, uint32_t cseq)
{
    return key_with(c, m->requests, cseq);
}

/* Never 0, but of no tag. */
static inline uint32_t
hash_of_tag(uint64_t digest)
{
    const uint32_t hash = digest_fold(digest);

    return digest && !hash ? 1 : hash;
}

static inline sip_answer *
answer_at(const calls *c, uint32_t number)
{
    return (sip_answer *)pool_at(&c->answers, number);
}

static inline uint64_t
rseq_key(const calls *c, const sip_answer *a)
{
    return key_of(c, KEY_RSEQ, a->frame, a->place);
}

/* 0: it is not reliable. */
static inline uint32_t
rseq_of(const calls *c, const sip_answer *a)
{
    return a->reliable ? index_find(&c->index, rseq_key(c, a)) : 0;
}

static inline sip_transaction *
transaction_at(const calls *c, uint32_t number)
{
    return (sip_transaction *)pool_at(&c->transactions, number);
}

static inline sip_request *
request_at(const calls *c, uint32_t number)
{
    return (sip_request *)pool_at(&c->requests, number);
}

static inline sip_call *
call_at(const calls *c, uint32_t number)
{
    return (sip_call *)pool_at(&c->calls, number);
}

typedef struct {
    call_end client;
    call_end server;
    uint32_t cseq;
} hop_ends;

static inline hop_ends
ends_of_message(const call_message *m)
{
    return (hop_ends){ m->client, m->server, m->identity->cseq };
}

static inline hop_ends
ends_of_transaction(const sip_transaction *t)
{
    return (hop_ends){ { t->client, t->client_port }, { t->server, t->server_port }, t->cseq };
}

/* Never 0, which stands for whichever. */
static inline uint64_t
ports_of(const hop_ends *ends)
{
    return UINT64_C(1) << 63 | (uint64_t)ends->client.port << 32 | ends->server.port;
}

static inline bool
is_final(const sip_answer *answer)
{
    return response_is_final(answer->code);
}

/* As far as it has room. */
static inline void
count_up(uint16_t *count)
{
    if (*count < UINT16_MAX) {
        ++*count;
    }
}

/* Where the order of the file and the times of two messages differ by less than
 * T1, the times are right: two queues of a network card, or two captures that
 * were merged. Is the one that comes later in the file the earlier one? */
static inline bool
is_earlier(int64_t later_in_file, int64_t earlier_in_file)
{
    return later_in_file < earlier_in_file && earlier_in_file - later_in_file < CALLS_T1;
}

#endif
