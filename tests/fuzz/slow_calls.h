/* slow_calls.h
 * The model of calls (plugin/calls) once more, slow and simple: lists that are
 * gone through from end to end, no digest, no bound. What both say must be the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SLOW_CALLS_H
#define SIPRESP_SLOW_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#define SLOW_MESSAGES_MAX 150

typedef enum {
    INVITE, BYE, REGISTER, OPTIONS, ACK, CANCEL, PRACK, METHOD_COUNT
} slow_method;

/* What a message says, as small numbers; 0 of a tag is none. All of it is what
 * two copies have in common. */
typedef struct {
    uint8_t method;             /* of the request, or the one answered */
    uint8_t call;
    uint8_t from;
    uint8_t to;
    uint8_t branch;             /* below SLOW_OLD_BRANCHES: without the magic cookie */
    uint8_t cseq;
    uint8_t source;             /* host */
    uint8_t source_port;
    uint8_t destination;
    uint8_t destination_port;
    uint8_t rseq;               /* reliable provisional */
    uint8_t rack_rseq;
    uint8_t rack_cseq;
    uint8_t credentials;
    uint8_t uri;
    uint8_t padding;
    uint16_t code;              /* 0: a request */
} slow_text;

#define SLOW_OLD_BRANCHES 2

typedef struct {
    slow_text text;
    int64_t time;
    uint32_t frame;
    uint16_t ip_id;
} slow_message;

typedef struct {
    bool known;
    bool has_request;
    uint32_t request_frame;
    uint32_t first_frame;
    uint32_t repetition;
    uint32_t captured_before;
    uint32_t confirmed_in;
    unsigned flags;             /* answer_flag */
    uint32_t best_frame;        /* of the request; 0: none */
    unsigned after;
    int state;                  /* request_state */
    uint32_t call_counted;      /* frame of the answer that counts for the call; 0: none */
} slow_verdict;

/* A call by its number, from 0; what is not known is INT64_MIN. */
typedef struct {
    uint32_t first_frame;
    uint32_t last_frame;
    unsigned final_code;
    int64_t setup_time;
    int64_t alert_time;
    int64_t duration;
    int ended_by;               /* 0: no BYE told; 1: the caller's, 2: the callee's, 3: both, from one host */
    unsigned caller;            /* host */
    unsigned callee;
} slow_facts;

void slow_start(void);
void slow_tick(int64_t time);
void slow_learn(const slow_message *message);
slow_verdict slow_recall(uint32_t frame);
int slow_call_count(void);
slow_facts slow_facts_of(int number);

/* 1: the From tag is the caller's, 2: the callee's, 0: neither is known. */
int slow_side(const slow_text *text);

#endif
