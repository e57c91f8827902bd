/* find_messages.h
 * Where the SIP messages of a frame lie: in which tvbuff, at which offset.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FIND_MESSAGES_H
#define SIPRESP_FIND_MESSAGES_H

#include "compat.h"

#include <epan/packet.h>
#include <epan/dissectors/packet-ip.h>

#include "sip/sip_message.h"

typedef struct {
    tvbuff_t *tvb;      /* a data source of the frame */
    int offset;
    const uint8_t *bytes; /* that stand there */
    int length;         /* captured bytes that the message may have: up to the
                         * next one, or to the end of what SIP was given */
    bool cut;           /* the snap length cut the message, or may have */
    bool in_body;       /* of another message, which reports it: nobody received it */
} message_place;

typedef struct {
    tvbuff_t *frame;
    packet_info *pinfo;
    proto_node *node;   /* with a tree: where the search goes on, */
    bool below;         /* and whether SIP may stand below other protocols in it */
    const ws_ip4 *ip;   /* the innermost header of IPv4, where the ends are told by such addresses; NULL: unknown */
    bool quoted;        /* the frame has an ICMP error: nobody received its messages */
    bool has_tree;      /* in which a body is told of too */
    bool by_tap;        /* without a tree, or where it lacks nodes: */
    int tap_index;      /* of the next tap, */
    const void *tapped; /* and what it came with; NULL: there is none */
    int taps_left;      /* that came with the same tvb */
    tvbuff_t *source;   /* the data source of what SIP was given last, */
    int end;            /* where that ends in it, */
    int position;       /* and how far the messages were taken: what starts before is inside one */
    bool packed;        /* the last one has a compressed body, which may be a message: it is unpacked into a
                         * data source of its own */
    bool cut_sought;    /* the message was that Wireshark could not tell of */
} message_finder;

/* To be called once, when all protocols and taps are registered. */
void register_message_finder(void);

/* Starts at the first message of the frame. tree may be NULL. Messages in a
 * message/sip body come with a tree only. */
void message_finder_start(message_finder *finder, tvbuff_t *frame, packet_info *pinfo, proto_tree *tree);

/* Can the frame's SIP messages be found in this pass, if it has any? Not in the
 * first pass of tshark -2, which builds no tree and taps nothing. To be asked
 * before the first message is taken. */
bool messages_are_visible(message_finder *finder);

/* The next message in the order of dissection. Returns false when there are
 * no more. Nodes that are added to the tree meanwhile do no harm. */
bool message_finder_next(message_finder *finder, message_place *place);

/* Is the one that was found just now the only one of the frame, and whole? */
bool message_is_alone(const message_finder *finder, const message_place *place);

/* Tells what was found there, and how many bytes it really has. */
void message_finder_took(message_finder *finder, const message_place *place, const sip_message *message, int length);

/* Is this a SIP frame that the snap length cut? */
bool messages_are_cut(tvbuff_t *frame, const packet_info *pinfo);

/* Sets what holds for all messages of the frame: ip and quoted. To be called when one was found. */
void message_finder_look_around(message_finder *finder);

#endif
