/* follow.h
 * Draws what the transaction of a response says of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FOLLOW_H
#define SIPRESP_FOLLOW_H

#include "compat.h"

#include <epan/packet.h>

#include "sip/sip_message.h"
#include "sipresp_tap.h"
#include "calls/transactions.h"

/* What the response says of its call, as a number of tables/outcomes.toml;
 * SIPRESP_OUTCOME_UNKNOWN where its method or request is. record may be NULL. */
int outcome_of_response(const sip_message *message, sip_text method, const answer_record *record);

/* Adds the fields of a response. record is NULL where nothing was learned of
 * it; then only what the response itself shows is drawn. */
void draw_transaction(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, int offset,
                      const sip_message *message, sip_text method, const answer_record *record);

#endif
