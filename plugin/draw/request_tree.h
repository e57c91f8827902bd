/* request_tree.h
 * Draws what became of a request, on the request itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_REQUEST_TREE_H
#define SIPRESP_REQUEST_TREE_H

#include <epan/packet.h>

#include "calls/calls.h"
#include "sip/sip_identity.h"
#include "sip/sip_message.h"

typedef struct {
    packet_info *pinfo;
    tvbuff_t *tvb;
    const uint8_t *bytes;       /* of the message; stands at offset in tvb */
    int offset;
    const sip_message *message;
    const calls *followed;
    const message_origin *origin;
    const sip_identity *identity; /* NULL: was not read */
    bool later_known;           /* what comes behind this frame was learned */
} drawn_request;

/* An item of the tree, where somebody looks at it and the request was learned.
 * An ACK has none: nothing answers it. */
void draw_request(const drawn_request *r, proto_tree *tree);

#endif
