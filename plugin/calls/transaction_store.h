/* transaction_store.h
 * Where transactions are kept: found by key, calls found by Call-ID, answers
 * found by frame. The memory of transactions.c and nobody else's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TRANSACTION_STORE_H
#define SIPRESP_TRANSACTION_STORE_H

#include "calls/transactions.h"

/* Requests of one Call-ID that an ACK, PRACK or BYE is held against, so that a
 * hostile Call-ID costs no more than a busy one. */
#define CALL_SEARCH_MAX 64

/* Answers of a transaction that a copy is searched among, likewise. */
#define ANSWER_SEARCH_MAX 256

/* Who sent the message to whom, seen from the request. */
typedef struct {
    uint64_t way;           /* digest of both addresses, the client's first */
    uint16_t client_port;
    uint16_t server_port;
} hop_ends;

/* Empties the store; its memory is that of the capture just opened. */
void store_reset(void);

/* Hash of a text that nobody outside this process can foresee; never 0, but
 * 0 for an absent text. */
uint32_t store_hash(sip_text text);

hop_ends store_ends(const address *client, const address *server, uint32_t client_port, uint32_t server_port);

/* What all messages of a transaction have in common, as a digest. method is
 * that of the transaction: INVITE for an ACK. */
uint64_t store_key(const hop_ends *ends, const sip_identity *identity, sip_text method);

/* The transactions of this key, the newest first, or NULL. */
sip_transaction *store_find(uint64_t key);

/* The same for the INVITE that an ACK or a CANCEL of that branch is about. */
sip_transaction *store_find_invite(const hop_ends *ends, const sip_identity *identity);

/* Of the candidates with that CSeq number the one of these ports. Unless it
 * must be exactly that, the nearest one does: a response may come from or go
 * to another port than its request (RFC 3261 18.2.2). */
sip_transaction *store_choose(sip_transaction *candidates, const hop_ends *ends, uint32_t cseq, bool exactly);

/* A new transaction of this key, all zero but for its links. */
sip_transaction *store_add(uint64_t key);

/* The INVITE, BYE and REGISTER transactions of the Call-ID, the newest first, or NULL. */
sip_transaction *store_call(sip_text call_id);
void store_add_to_call(sip_text call_id, sip_transaction *transaction);

/* A new answer, all zero but for its links. */
sip_answer *store_add_answer(sip_transaction *transaction);

bool answer_is_final(const sip_answer *answer);

/* The newest final answer, or provisional one, of the fork, or of any fork. */
sip_answer *store_answer_of_fork(const sip_transaction *transaction, uint32_t to_tag, bool final);
sip_answer *store_newest_answer(const sip_transaction *transaction, bool final);

/* When a request was first seen on the way from client to server; -1: never.
 * store_note_way() notes one. */
int64_t store_way_time(const hop_ends *ends);
void store_note_way(const hop_ends *ends, int64_t time);

/* Records are kept in the order of frames. */
void store_add_record(uint32_t frame, unsigned place, const answer_record *record);
bool store_find_record(uint32_t frame, unsigned place, answer_record *record);

#endif
