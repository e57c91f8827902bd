/* requests.h
 * A request on all its hops, what it is sent in place of, and the call it belongs to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_REQUESTS_H
#define SIPRESP_REQUESTS_H

#include "calls/model.h"

/* Number of the request with these tags; 0: none. to: digest of the To tag. */
uint32_t request_find(const calls *c, const call_message *m, uint64_t method, uint64_t to, uint32_t cseq);

/* Makes a new transaction be a hop of the request that the message is, and that
 * be a new one if there is none yet; likewise of its call. */
void request_take_hop(calls *c, uint32_t transaction, call_message *m);

/* Of the hops of a request the one that has the message's ends, addresses and
 * ports; if none has, the newest one between the same two hosts; 0: neither. */
uint32_t request_hop(const calls *c, uint32_t request, const call_message *m);

/* The call with this digest; 0: none. */
uint32_t call_find(const calls *c, uint64_t digest);

#endif
