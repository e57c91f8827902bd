/* slow_model.h
 * What the files of the slow model share: its lists, and what several of them
 * search these for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SLOW_MODEL_H
#define SIPRESP_SLOW_MODEL_H

#include "slow_calls.h"

#include "calls/calls.h"

#define NONE (-1)

typedef struct {
    slow_message first;         /* request, or (request NONE) the answer that made it */
    int request;
    bool first_hop, cancelled;
    int copies;
    int joined;                 /* the request, in this order */
} slow_transaction;

typedef struct {
    slow_text text;
    int first, best, earlier;
    unsigned after;
    bool alerted, alerted_first_hop, lost;
} slow_request;

typedef struct {
    slow_message first;
    int transaction;
    int copies;
    unsigned flags;
    uint32_t confirmed;
} slow_answer;

typedef struct { int answer; uint32_t frame, repetition, before; } slow_copy;
typedef struct { slow_message message; int scope, request; unsigned to, rseq; } slow_early;
typedef struct { slow_message message; int request; unsigned rseq; } slow_bypassing;
typedef struct { unsigned call, one, other; int answer, bye; bool completed; } slow_dialog;
typedef struct { unsigned call; int latest, counted, first, ended_by, dialog, ended; uint32_t last_frame; } slow_call;

typedef struct {
    slow_transaction ts[SLOW_MESSAGES_MAX];
    slow_request rs[SLOW_MESSAGES_MAX];
    slow_answer as[SLOW_MESSAGES_MAX];
    slow_copy copies[SLOW_MESSAGES_MAX];
    slow_early earlies[2 * SLOW_MESSAGES_MAX];
    slow_bypassing bypasses[SLOW_MESSAGES_MAX];
    slow_dialog ds[SLOW_MESSAGES_MAX];
    slow_call cs[SLOW_MESSAGES_MAX];
    slow_message originals[SLOW_MESSAGES_MAX], byes[SLOW_MESSAGES_MAX];
    int t_count, r_count, a_count, copy_count, early_count, bypass_count, d_count, c_count, original_count, bye_count;
    int64_t last_time, sure_time;
    int ticks, joined_count;
} slow_model;

extern slow_model slow;

int64_t slow_end_time(void);

bool slow_is_earlier(int64_t later_in_file, int64_t earlier_in_file);

/* The message seen from the request: source is the client. */
slow_text slow_forward(slow_text x);

bool slow_shares_branch(const slow_text *a, const slow_text *b, unsigned method);

/* Of the transactions of that branch and CSeq number the nearest, the newest of several. */
int slow_find_transaction(const slow_message *m, unsigned method, int farthest);

bool slow_is_final(int a);

bool slow_is_success(int a);

/* The newest answer of the transaction that fits; to, rseq, code: 0xffff for any. */
int slow_newest_answer(int t, bool final, unsigned to, unsigned rseq);

int slow_find_request(const slow_text *x, unsigned method, unsigned from, unsigned to, unsigned cseq);

int slow_hop_count(int r);

/* With these ends, or if there is none between these hosts, unless all are on one. */
int slow_find_hop(int r, const slow_text *x);

/* What an ACK or PRACK between these ends confirms. */
int slow_find_confirmable(int r, const slow_text *x, unsigned rseq);

slow_dialog *slow_find_dialog(const slow_text *x);

slow_call *slow_find_call(unsigned id);

uint32_t slow_confirmed_in(int a);

void slow_take_ack(const slow_message *m);

void slow_take_prack(const slow_message *m);

void slow_take_bye(const slow_message *m, int r);

bool slow_is_ended_early(int t, const slow_text *x);

/* message: what brings it about, which is the request where that comes later in the file. */
void slow_settle(int a, const slow_text *message);

#endif
