/* details.h
 * What explanations ask of the model beside calls.h: facts that few messages
 * have, so that nothing is kept for the others.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_DETAILS_H
#define SIPRESP_DETAILS_H

#include "calls/calls.h"

/* Something else that happened to it. */
typedef struct {
    int64_t time;
    uint32_t frame;
    uint32_t text;          /* number of an abridged message, or what the kind, or a reset, says; 0: none */
} call_event;

typedef enum {
    EVENT_CANCEL,           /* of a transaction: its first CANCEL */
    EVENT_LAST_COPY,        /* of a transaction: its newest repetition */
    EVENT_ICMP,             /* of a transaction: an ICMP error quotes it; text: type << 8 | code */
    EVENT_EARLY_BYE,        /* of an answer: the caller's BYE that came before */
    EVENT_OTHER_BYE,        /* of a BYE, a request: the first one of the other side */
    EVENT_GLARE             /* of an answer: the INVITE of the other side that was under way */
} event_kind;

/* NULL: it did not happen, or the capture does not show it. */
const call_event *calls_event(const calls *c, event_kind kind, uint32_t subject);

/* The abridged message of an answer (sip_abridged.h), or of an event; absent: none is kept. */
sip_text calls_words_of_answer(const calls *c, uint32_t answer);
sip_text calls_words_of_event(const calls *c, const call_event *event);

typedef enum {
    MARK_STALE = 1 << 0,            /* of a challenge: stale=true */
    MARK_SAME_REALM = 1 << 1,       /* the request had credentials for its realm */
    MARK_CREDENTIALS = 1 << 2,      /* or at least of its kind */
    MARK_CONTACT_PRIVATE = 1 << 3,  /* of a 2xx that came from a public address */
    MARK_ONE_VIA = 1 << 4           /* of a 487: no proxy stands before this hop */
} answer_mark;

/* Set of answer_mark. */
unsigned calls_marks_of(const calls *c, uint32_t answer);

/* Of a 2xx with MARK_CONTACT_PRIVATE, the Contact; of a 415, 488 or 606 to an INVITE, what
 * it offered ("audio PCMU, G729"). Absent: not kept. */
sip_text calls_extra_of(const calls *c, uint32_t answer);

#define IPV4_LENGTH 4
/* RFC 792, RFC 4443 3.1 */
#define ICMP_UNREACHABLE 3
#define ICMPV6_UNREACHABLE 1

/* The bytes of the address that calls_address() made this digest of; none of one that has none. */
sip_text calls_host(const calls *c, uint32_t address, uint8_t buffer[IPV4_LENGTH]);

/* Number of the request that was sent in place of this one; 0: none. */
uint32_t calls_sent_after(const calls *c, uint32_t request);

/* Number of the challenge, an answer to the same user, whose nonce the request's credentials have; 0: none. */
uint32_t calls_challenge_of(const calls *c, uint32_t request);

/* Number of the first request with credentials for a challenge of this one; 0: none. */
uint32_t calls_credentials_for(const calls *c, uint32_t request);

/* Number of a 2xx to a request with credentials for this challenge; 0: none. */
uint32_t calls_nonce_taken(const calls *c, uint32_t challenge);

/* Number of the newest REGISTER of the user that the answer's To names; 0: none. */
uint32_t calls_register_of(const calls *c, uint32_t answer);

/* Frame in which the server reset its TCP connection to the client while the
 * transaction waited, the first one; 0: none. */
uint32_t calls_reset_of(const calls *c, const sip_transaction *t);

/* To be told of a TCP reset, whatever the connection was for. */
void calls_note_reset(calls *c, const message_origin *origin);

/* To be told of a request that an ICMP error quotes, type << 8 | code. The ends are
 * those of the error, as if it were the request: from who sent that to who tells
 * of the error. Returns whether it tells that a request was refused, seen or not. */
bool calls_note_icmp(calls *c, const message_origin *origin, const sip_identity *identity, sip_text method,
                     unsigned type_and_code);

#endif
