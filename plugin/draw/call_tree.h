/* call_tree.h
 * The call that a message is of, as it is shown below the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CALL_TREE_H
#define SIPRESP_CALL_TREE_H

#include <epan/packet.h>

#include "calls/calls.h"
#include "sip/sip_identity.h"

/* Does anybody look at calls in this tree, which may be NULL? */
bool calls_are_looked_at(proto_tree *tree);

/* Draws the call of the message, which lies at offset in tvb; nothing where it is of none.
 * identity: of the message, or NULL where it was not read. later_known: what comes behind this frame was learned. */
void draw_call(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, int offset, const calls *followed,
               const sip_message *message, const sip_identity *identity, bool later_known);

#endif
