/* find_messages.h
 * Where the SIP messages of a frame lie: in which tvbuff, at which offset.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FIND_MESSAGES_H
#define SIPRESP_FIND_MESSAGES_H

#include "compat.h"

#include <epan/packet.h>

typedef struct {
    tvbuff_t *tvb;      /* a data source of the frame */
    int offset;
    int length;         /* captured bytes up to the next message of the same
                         * source, or to the end of what SIP was given */
} message_place;

typedef struct {
    int proto_sip;
    proto_node *node;   /* where the search goes on; NULL at the end */
} message_finder;

/* Starts at the first message of the tree. Only messages in a top-level SIP
 * layer are found, not those in a message/sip body. */
void message_finder_start(message_finder *finder, proto_tree *tree);

/* The next message in the order of dissection. Returns false when there are
 * no more. Nodes that are added to the tree meanwhile do no harm. */
bool message_finder_next(message_finder *finder, message_place *place);

#endif
