/* calls.h
 * What happened: the messages of a capture as calls, requests, transactions,
 * answers and dialogs, each linked to the others, so that nothing is searched
 * for by walking.
 *
 *     call          one Call-ID in which an INVITE was seen
 *     request       one method, Call-ID, From tag, To tag and CSeq number,
 *                   however many hops, forks and servers it went over
 *     transaction   the request with one branch between two ends: one hop
 *     answer        one distinct response to it: its copies share it
 *     dialog        Call-ID and both tags, set up by a 2xx
 *
 * Messages are learned once, in the order of the capture. What was learned of
 * a frame can be recalled at any time. Frames are numbers, addresses digests,
 * times nanoseconds since the epoch, within CALLS_TIME_MAX of it.
 *
 * Pure: no Wireshark type. Where memory ends, so does the process.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CALLS_H
#define SIPRESP_CALLS_H

#include "calls/memory.h"
#include "meaning/code_set.h"
#include "sip/sip_identity.h"

#define CALLS_MS INT64_C(1000000)
#define CALLS_SECOND (1000 * CALLS_MS)
/* RFC 3261 17.1.1.1: T1, and 64*T1, after which nobody waits any longer. */
#define CALLS_T1 (500 * CALLS_MS)
#define CALLS_64_T1 (64 * CALLS_T1)
/* RFC 3261 16.6 step 11: an INVITE may ring for Timer C, more than 3 min. */
#define CALLS_TIMER_C (200 * CALLS_SECOND)
/* So that no difference of two times overflows: the years 1843 to 2096. */
#define CALLS_TIME_MAX (INT64_C(4000000000) * CALLS_SECOND)

typedef enum {
    ANSWER_FIRST = 1 << 0,              /* the first one to its request, on this hop */
    ANSWER_AFTER_REPEAT = 1 << 1,       /* the request had been repeated before */
    ANSWER_ACK_OTHER_TAG = 1 << 2,      /* an ACK came with another To tag */
    ANSWER_ACK_OTHER_CSEQ = 1 << 3,
    ANSWER_ACK_TOO_SOON = 1 << 4,       /* an ACK came, and only this was there */
    ANSWER_SECOND_FINAL = 1 << 5,       /* another final came before, and no two are allowed */
    ANSWER_RSEQ_ORDER = 1 << 6,
    ANSWER_UNCANCELLED = 1 << 7,        /* a 487, and neither CANCEL nor BYE came before */
    ANSWER_ADOPTED = 1 << 8,            /* it stands before its request in the file */
    ANSWER_UNSEEN_REQUEST = 1 << 9,     /* no request, although the capture covers its time */
    ANSWER_ALERTS = 1 << 10,            /* it is what the caller heard of the call first */
    ANSWER_BEST = 1 << 11,              /* it became the final response of the request */
    ANSWER_CHANGES_CALL = 1 << 12,      /* it gave the call another outcome */
    ANSWER_FURTHER_FORK = 1 << 13,      /* a 2xx of another phone than the one that answered first */
    ANSWER_SECOND_RELIABLE = 1 << 15,   /* of its fork */
    ANSWER_COMPLETES = 1 << 14          /* a BYE's: it ended the session for good */
} answer_flag;

typedef enum {
    TRANSACTION_FIRST_HOP = 1 << 0,     /* of all hops of the request it was seen first */
    TRANSACTION_OFFERS_100REL = 1 << 1, /* or may have: its headers were cut */
    TRANSACTION_SUPPORTS_199 = 1 << 2,  /* likewise */
    TRANSACTION_UNRELIABLE = 1 << 3,    /* sent over UDP */
    TRANSACTION_RSEQ_UNSEEN = 1 << 4,   /* an answer was cut before its RSeq could be read */
    TRANSACTION_CANCELLED = 1 << 5,
    TRANSACTION_SHARES_BRANCH = 1 << 6, /* others have the same branch, sent-by and method */
    TRANSACTION_REQUIRES_100REL = 1 << 7,
    TRANSACTION_ADOPTS = 1 << 8,        /* it has answers with ANSWER_ADOPTED */
    TRANSACTION_REFUSED = 1 << 9        /* an ICMP error quotes it */
} transaction_flag;

typedef enum {
    REQUEST_IN_DIALOG = 1 << 0,         /* it had a To tag */
    REQUEST_CREDENTIALS = 1 << 1,
    REQUEST_SENT_AGAIN = 1 << 2,        /* in place of an earlier one */
    REQUEST_EARLY_ACK = 1 << 3,         /* an ACK or PRACK came before what it confirms */
    REQUEST_BYPASSED = 1 << 4,          /* an ACK or PRACK went another way than its hops */
    REQUEST_FINAL_LOST = 1 << 5,        /* an ACK or BYE shows that a final response was sent */
    REQUEST_ALERTED = 1 << 6,
    REQUEST_ALERTED_FIRST_HOP = 1 << 7,
    REQUEST_BY_SCANNER = 1 << 8,        /* tables/scanners.toml */
    REQUEST_OF_CALLER = 1 << 9,         /* a BYE or re-INVITE: from the side that began the call */
    REQUEST_OF_CALLEE = 1 << 10,        /* likewise, from the other one */
    REQUEST_UNREGISTERS = 1 << 11,      /* a REGISTER with Expires: 0 */
    REQUEST_FOLLOWED_CUT = 1 << 12      /* one followed whose headers were cut: it may have had credentials */
} request_state_flag;

typedef enum {
    REQUEST_OTHER,
    REQUEST_INVITE,
    REQUEST_BYE,
    REQUEST_REGISTER
} request_kind;

/* One distinct response to a request on one hop. There are more of these than of anything else, so
 * no byte of them is left empty: the time lies where a number of 32 bits may. */
#pragma pack(push, 4)
typedef struct {
    int64_t time;           /* of its first copy */
    uint32_t transaction;
    uint32_t next;          /* the one before it, of the same transaction */
    uint32_t to_tag;        /* hash; 0 without a tag */
    uint32_t frame;         /* of its first copy */
    uint32_t confirmed_in;  /* frame of the ACK or PRACK; 0: none */
    uint16_t code;
    uint16_t place;         /* in the frame */
    uint16_t flags;         /* answer_flag */
    uint8_t count;          /* copies, 255: as many or more */
    uint8_t outcome : 7;    /* of a call, as the answer tells it */
    uint8_t reliable : 1;   /* provisional, and has an RSeq that a PRACK confirms */
} sip_answer;
#pragma pack(pop)

static inline bool
answer_is_success(const sip_answer *answer)
{
    return answer->code / 100 == 2;
}

/* One request with all its copies, on one hop. */
typedef struct {
    int64_t time;           /* of its first copy */
    uint32_t request;       /* 0: only its answers were seen */
    uint32_t next_hop;      /* of the request; the newest one comes behind the first */
    uint32_t answers;       /* the newest one; 0: none */
    uint32_t cseq;
    uint32_t client;        /* digests of addresses */
    uint32_t server;
    uint16_t client_port;
    uint16_t server_port;
    uint32_t frame;         /* of its first copy */
    uint16_t place;
    uint16_t count;         /* copies, 65535: as many or more */
    uint16_t answer_count;  /* likewise */
    uint16_t flags;         /* transaction_flag */
} sip_transaction;

/* One request on all its hops. */
typedef struct {
    uint32_t call;          /* of an INVITE outside of dialogs; else 0 */
    uint32_t first;         /* transaction: the hop where it was seen first */
    uint32_t best;          /* answer: its final response; 0: none yet */
    uint32_t uri;           /* hash of the Request-URI */
    uint16_t after;         /* code of the answer that it was sent again for */
    uint16_t hops;          /* 65535: as many or more */
    uint16_t flags;         /* request_state_flag */
    uint8_t kind;           /* request_kind */
    uint8_t method;         /* as a number of sip_method_name(1 << method); 255: unregistered */
} sip_request;

typedef struct {
    uint32_t tags;          /* hash of both */
    uint32_t answer;        /* the 2xx that set it up; 0: there is no dialog */
    uint32_t bye : 31;      /* request: the first BYE; 0: none */
    uint32_t completed : 1; /* a BYE was answered with 2xx */
} sip_dialog;

typedef struct {
    uint32_t first;         /* request that began it */
    uint32_t latest;        /* request */
    uint32_t counted;       /* answer that its outcome comes from; 0: none yet */
    uint32_t caller;        /* hash of the tag of who began it */
    sip_dialog dialog;      /* the first one; few calls have more */
    uint32_t last_frame;    /* with a message of it */
    uint8_t outcome;        /* of tables/outcomes.toml */
    uint8_t ended_by;       /* call_ender: who sent the BYE; 0: there was none */
    bool forked;            /* it has other dialogs than that one */
} sip_call;

typedef struct calls calls;

/* What the tables say that calls are followed by. */
typedef struct {
    const code_set *alerting;   /* the caller hears of the call */
    const code_set *continued;  /* the client sends the request again, and the clock runs on */
} calls_codes;

/* An empty model, which keeps everything in that memory. */
calls *calls_open(const calls_memory *memory, const uint32_t random[6], calls_codes codes);

/* Gives all memory up again, where it is not given up as a whole. */
void calls_close(calls *c);

typedef struct {
    uint32_t address;       /* calls_address() */
    uint16_t port;
} call_end;

/* Where a message was found. */
typedef struct {
    int64_t time;
    uint32_t frame;
    uint16_t place;         /* among the messages of the frame, from 0 */
    uint16_t ip_id;         /* identification in the IP header; 0: none */
    call_end source;
    call_end destination;
    sip_text source_address;        /* as the packet has it; absent: hosts are not told by it */
    sip_text destination_address;
    bool unreliable;        /* over UDP */
    bool segment_repeated;  /* TCP sent these bytes before */
    bool has_sequence;      /* TCP numbers its bytes: two equal messages were sent twice */
    uint32_t sequence_end;  /* with that: the number behind those of the segment */
} message_origin;

uint32_t calls_address(const calls *c, sip_text address);

/* To be asked once for each TCP segment with SIP, in the order of the capture:
 * did the stream send all its bytes before? end is the sequence number behind
 * them, which wraps around. */
bool calls_segment_is_repeated(calls *c, uint32_t stream, bool forward, uint32_t end);

/* To be told of the time of every frame, with or without SIP. Times beyond
 * CALLS_TIME_MAX are taken for that. */
void calls_tick(calls *c, uint32_t frame, int64_t time);

/* Time of the last frame that is to be believed: one that lies alone in the
 * future moves nothing. */
int64_t calls_end_time(const calls *c);

/* What the capture covers so far. */
typedef struct {
    int64_t first;          /* of the first frame */
    int64_t sure;           /* of the newest one that another confirms */
    int64_t last;           /* of the last one */
    unsigned frames;        /* that told the time; 2: as many or more */
} calls_clock;

calls_clock calls_clock_of(const calls *c);

/* What a message says beside what identifies it. */
typedef struct {
    sip_text bytes;         /* all of them */
    sip_text method;        /* of the request line */
    uint16_t code;          /* 0 for a request */
    uint8_t outcome;        /* of a call, as the response tells it */
    const sip_message *message;     /* for what explanations need of it; NULL: nothing is kept */
} message_content;

void calls_learn(calls *c, const message_origin *origin, const sip_identity *identity, const message_content *content);

/* Says that between these two hosts a message was cut too short to be learned. */
void calls_note_gap(calls *c, uint32_t frame, uint32_t one, uint32_t other);

/* A response as it stands in one frame. */
typedef struct {
    const sip_answer *answer;           /* NULL: its request was never seen */
    const sip_transaction *transaction; /* of the answer, likewise */
    const sip_request *request;
    uint32_t number;                    /* of the answer; 0: there is none */
    uint32_t repetition;                /* 0 for the first copy */
    uint32_t captured_before;           /* frame of the copy that was captured first; 0: this one */
    bool unseen_request;                /* although the capture covers its time */
} answer_record;

/* What is known of the frame's place-th message. Returns false if it is no
 * response, or was not learned. */
bool calls_recall(const calls *c, uint32_t frame, unsigned place, answer_record *record);

/* The items of these numbers, which are not 0. */
const sip_answer *calls_answer(const calls *c, uint32_t number);
const sip_transaction *calls_transaction(const calls *c, uint32_t number);
const sip_request *calls_request(const calls *c, uint32_t number);
const sip_call *calls_call(const calls *c, uint32_t number);

/* How many there are: they are numbered from 1. */
uint32_t calls_request_count(const calls *c);
uint32_t calls_call_count(const calls *c);

/* Number of the transaction that stands in this place of the capture with its
 * first copy; 0: it only repeats one, or was not learned. */
uint32_t calls_transaction_of(const calls *c, const message_origin *origin, const sip_identity *identity,
                              sip_text method);

/* The same of any copy. */
uint32_t calls_transaction_here(const calls *c, const message_origin *origin, const sip_identity *identity,
                                sip_text method);

/* Frame of the copy of the frame's place-th message that was captured first; 0: it is not known as a copy. */
uint32_t calls_captured_before(const calls *c, uint32_t frame, unsigned place);

/* Does a call begin with this transaction? */
bool calls_is_begun_by(const calls *c, uint32_t transaction);

/* The answers that stand before the transaction's request in the file, the
 * first one first; returns how many. */
#define CALLS_ADOPTED_MAX 8
unsigned calls_adopted(const calls *c, const sip_transaction *transaction, uint32_t numbers[CALLS_ADOPTED_MAX]);

/* Number of the request that this one was sent in place of; 0: none. */
uint32_t calls_sent_before(const calls *c, uint32_t request);

/* Number of the request that began what this one goes on with, through all
 * challenges and redirections; itself if it does not. */
uint32_t calls_first_attempt(const calls *c, uint32_t request);

/* The dialog between the message's tags; NULL: it was not set up in the capture. */
const sip_dialog *calls_dialog_of(const calls *c, const message_origin *origin, const sip_identity *identity);

/* The answer that this one took the place of: as the final response of the
 * request, or as what alerted the caller. NULL: none. */
const sip_answer *calls_final_before(const calls *c, uint32_t answer);
const sip_answer *calls_alert_before(const calls *c, uint32_t answer);

/* The final answer that the early dialog of a provisional one came to; the
 * first final one of any fork if its own has none; NULL before there is any. */
const sip_answer *calls_final_of(const calls *c, const sip_answer *provisional);

/* The first answer but 100 of the transaction of this one, or of its fork alone. */
const sip_answer *calls_first_sound(const calls *c, const sip_answer *answer, bool of_its_fork);

/* The first reliable answer of the fork of a reliable one. */
const sip_answer *calls_first_reliable(const calls *c, const sip_answer *answer);

/* Frame of the ACK or PRACK that confirms it; 0: none. */
uint32_t calls_confirmed_in(const calls *c, const sip_answer *answer);

/* May a cut message have hidden what would be needed to judge the response? */
bool calls_is_behind_gap(const calls *c, const message_origin *origin, const answer_record *record);

typedef enum {
    REQUEST_IS_ANSWERED,
    REQUEST_IS_OPEN,            /* the capture ends before the transaction would have */
    REQUEST_IS_NEVER_ANSWERED,
    REQUEST_IS_ANSWERED_UNSEEN  /* an ACK or BYE shows that the capture lacks the final response */
} request_state;

request_state calls_state_of(const calls *c, const sip_request *request);

/* A call that got no final response in time, told in the first frame behind it. */
typedef struct {
    uint32_t frame;
    uint32_t call;
    uint8_t outcome;
} call_expiry;

/* The place-th one of that frame, from 0; NULL: there are no more. */
const call_expiry *calls_expiry_in(const calls *c, uint32_t frame, unsigned place);

#endif
