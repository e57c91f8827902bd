/* transactions.h
 * Finds the transaction that a message belongs to: by branch, sent-by and method
 * (RFC 3261 17.1.3, 17.2.3), and of several the nearest by addresses and ports.
 * The same for requests, responses, ACK and CANCEL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TRANSACTIONS_H
#define SIPRESP_TRANSACTIONS_H

#include "calls/model.h"

/* What all messages of the transaction have in common; method: that of the
 * request it began with, INVITE for an ACK or CANCEL that is about one. */
uint64_t transaction_key(const calls *c, const call_message *m, uint64_t method);

/* Numbers; 0: none. Any with this key, whatever its CSeq number: the newest. */
uint32_t transaction_of_branch(const calls *c, uint64_t key);

/* That of exactly these ends: a request that was sent again. */
uint32_t transaction_between(const calls *c, uint64_t key, const call_message *m);

/* The nearest: a response may come from another address and go to another port
 * than its request (RFC 3261 18.2.2). Of those as near the newest. */
uint32_t transaction_nearest(const calls *c, uint64_t key, const call_message *m);

/* A new one with the message's ends, CSeq number, time and frame. */
uint32_t transaction_add(calls *c, uint64_t key, const call_message *m);

#endif
