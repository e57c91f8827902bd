/* transactions.h
 * What earlier and later messages say of a response: which request it answers,
 * whether it was sent before, whether it was acknowledged.
 *
 * Messages are learned once, in the order of the capture, and what was learned
 * of a frame is kept for any later pass. All memory is of file scope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TRANSACTIONS_H
#define SIPRESP_TRANSACTIONS_H

#include "compat.h"

#include <epan/packet.h>

#include "meaning/response_info.h"
#include "sip/sip_identity.h"

typedef enum {
    ANSWER_FIRST = 1 << 0,              /* the first one to its request */
    ANSWER_AFTER_REPEAT = 1 << 1,       /* the request had been repeated before */
    ANSWER_ACK_OTHER_TAG = 1 << 2,      /* an ACK came with another To tag */
    ANSWER_ACK_OTHER_CSEQ = 1 << 3,
    ANSWER_ACK_TOO_SOON = 1 << 4,       /* an ACK came, and only this was there */
    ANSWER_SECOND_FINAL = 1 << 5,       /* another final came before, same fork */
    ANSWER_RSEQ_ORDER = 1 << 6,
    ANSWER_UNCANCELLED = 1 << 7         /* neither CANCEL nor BYE came before */
} answer_flag;

typedef enum {
    REQUEST_INVITE = 1 << 0,
    REQUEST_IN_DIALOG = 1 << 1,         /* it had a To tag */
    REQUEST_OFFERS_100REL = 1 << 2,     /* or may have: its headers were cut */
    REQUEST_SUPPORTS_199 = 1 << 3,
    REQUEST_UNRELIABLE = 1 << 4,        /* sent over UDP */
    REQUEST_BYE = 1 << 5,
    REQUEST_REGISTER = 1 << 6,
    REQUEST_RSEQ_UNSEEN = 1 << 7        /* an answer was cut before its RSeq could be read */
} request_flag;

/* What tells the requests that begin or end something from all others. */
#define REQUEST_OF_SESSIONS (REQUEST_INVITE | REQUEST_IN_DIALOG | REQUEST_BYE | REQUEST_REGISTER)

/* One distinct response to a request: its copies share it. */
typedef struct sip_answer {
    struct sip_answer *next;
    struct sip_transaction *transaction;
    int64_t first_time;     /* ns since the epoch */
    uint32_t to_tag;        /* hash; 0 without a tag */
    uint32_t rseq;
    uint32_t first_frame;
    uint32_t confirmed_in;  /* frame of the ACK or PRACK; 0: none */
    uint32_t ended_in;      /* frame of the first BYE of the session; 0: none */
    uint32_t count;         /* copies */
    uint16_t code;
    uint16_t flags;         /* answer_flag */
} sip_answer;

/* One request with all its copies, on one hop. */
typedef struct sip_transaction {
    struct sip_transaction *next_of_key;
    struct sip_transaction *next_of_call;   /* INVITE, BYE and REGISTER only */
    sip_answer *answers;                    /* the newest first */
    uint64_t key;                           /* digests, by which it is found */
    uint64_t call;
    int64_t request_time;                   /* of the first copy */
    uint32_t request_frame;
    uint32_t request_count;
    uint32_t cseq;
    uint32_t from_tag;      /* hash */
    uint32_t to_tag;        /* hash; 0 without a tag */
    uint32_t way;           /* hash of both addresses, the client's first */
    uint16_t client_port;
    uint16_t server_port;
    uint8_t flags;          /* request_flag */
    bool cancelled;
    bool ended_by_bye;
} sip_transaction;

/* A response as it stands in one frame. */
typedef struct {
    const sip_answer *answer;   /* NULL: its request was never seen */
    uint32_t repetition;        /* 0 for the first copy */
    bool unseen_request;        /* although the capture covers its time */
} answer_record;

typedef enum {
    FOLLOW_NOTHING,     /* nothing is known of this frame, nor can be learned */
    FOLLOW_LEARN,       /* its messages are to be given to transactions_learn() */
    FOLLOW_REPLAY       /* they were learned before */
} follow_mode;

/* Makes the state be of one capture file at a time. Called once. */
void register_transactions(void);

/* To be called for every frame, with or without SIP. visible tells whether
 * the frame's SIP messages can be found in this pass. */
follow_mode transactions_begin_frame(const packet_info *pinfo, bool visible);

/* Learns a message of the frame, the place-th from 0. code is 0 for a request. */
void transactions_learn(const packet_info *pinfo, unsigned place, const sip_identity *identity,
                        sip_text request_method, unsigned code);

/* What is known of the frame's place-th message. Returns false if it is no
 * response, or was not learned. */
bool transactions_recall(const packet_info *pinfo, unsigned place, answer_record *record);

/* The transaction that a request of the frame began; NULL if it only repeats
 * one, or was not learned. method is that of the request line. */
const sip_transaction *transactions_request_of(const packet_info *pinfo, const sip_identity *identity,
                                               sip_text method);

/* Says that the snap length cut a message so that it could not be learned. What
 * nobody saw from there on may have been sent. */
void transactions_note_gap(void);
bool transactions_have_gap(void);

/* Time of the last frame seen, in ns since the epoch. */
int64_t transactions_end_time(void);

/* Time of the frame in the same unit. */
int64_t transactions_time_of(const packet_info *pinfo);

/* The final answer that the early dialog of a provisional one came to; the
 * first final one of any fork if its own has none; NULL before there is any. */
const sip_answer *transactions_final_of(const sip_answer *provisional);

#endif
