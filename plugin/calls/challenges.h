/* challenges.h
 * Which challenge which credentials answer, by nonce and realm. Of the rooms of calls/ alone.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CHALLENGES_H
#define SIPRESP_CHALLENGES_H

#include "calls/model.h"

/* Those of a new request: id is Authorization or Proxy-Authorization. */
void keep_credentials(calls *c, uint32_t request, const call_message *m, sip_header_id id);

/* Of a 401 or 407 to the request; 0: that was not seen. Returns a set of answer_mark. */
unsigned learn_challenge(calls *c, uint32_t answer, uint32_t request, const call_message *m);

#endif
