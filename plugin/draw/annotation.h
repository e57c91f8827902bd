/* annotation.h
 * One response as it is shown: what stands on the wire, what the tables, the
 * site and the transaction say of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_ANNOTATION_H
#define SIPRESP_ANNOTATION_H

#include <epan/packet.h>

#include "meaning/response_info.h"
#include "sip/sip_message.h"
#include "calls/transactions.h"
#include "draw/tree_room.h"

/* One status line with all that is known of it while it is drawn. */
typedef struct {
    packet_info *pinfo;
    tvbuff_t *tvb;
    const uint8_t *bytes;       /* of the message; stands at offset in tvb */
    int offset;
    const sip_message *message;
    bool reported;              /* quoted in a sipfrag body */
    bool judged;                /* all there, received, and somebody looks */
    const answer_record *record; /* NULL: nothing was learned of it */
    bool phrase_complete;
    const response_class *class; /* NULL outside 100..699 */
    const response_row *row;    /* NULL for a code the tables do not have */
    const char *site_phrase;    /* what the site calls such a code, or NULL */
    response_registration registration;
    sip_text method;
    sip_method_set method_set;
} response;

/* The response has its message; this fills in what the tables and the site
 * say of it, from class to method_set. */
void look_up_response(response *r);

/* Draws it as an item of the tree; length is that of its bytes. */
void draw_response(const response *r, proto_tree *tree, int length, draw_detail detail);

#endif
