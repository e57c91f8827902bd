/* follow_calls.h
 * The model of calls (calls/calls.h) of the capture that is open: what Wireshark
 * knows of a frame, given to it, and what it knows of a frame, given back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FOLLOW_CALLS_H
#define SIPRESP_FOLLOW_CALLS_H

#include "compat.h"

#include <epan/packet.h>
#include <epan/dissectors/packet-ip.h>

#include "calls/calls.h"

typedef enum {
    FOLLOW_NOTHING,     /* nothing is known of this frame, nor can be learned */
    FOLLOW_LEARN,       /* its messages are to be given to follow_learn() */
    FOLLOW_REPLAY       /* they were learned before */
} follow_mode;

/* Makes the model be that of one capture file at a time. Called once, when all
 * taps are registered. */
void register_follow_calls(void);

/* To be called for every frame, with or without SIP. visible tells whether the
 * frame's SIP messages can be found in this pass; may_wait, that nothing here is asked of it
 * but follow_learn_later(). */
follow_mode follow_begin_frame(const packet_info *pinfo, bool visible, bool may_wait);

/* Of the capture that is open. */
const calls *followed_calls(void);

/* Where the place-th message of the frame comes from, as the model has it. */
message_origin follow_origin(const packet_info *pinfo, unsigned place);

/* The same for a frame that is learned, once for all its messages: whether TCP
 * sent its bytes before, and what the IP header tells, which may be NULL. */
void follow_origin_to_learn(const packet_info *pinfo, const ws_ip4 *ip, message_origin *origin);

/* Learns a message of the frame. */
void follow_learn(const message_origin *origin, const sip_identity *identity, const sip_message *message);

/* The same of the only message of a frame that may wait, which stands there whole. False: it
 * has to be learned now. */
bool follow_learn_later(const message_origin *origin, sip_text bytes);

bool follow_recall(const packet_info *pinfo, unsigned place, answer_record *record);

/* A message between the frame's ends was cut too short to be learned. */
void follow_note_gap(const packet_info *pinfo);

/* Time of the frame in ns since the epoch, within CALLS_TIME_MAX of it. */
int64_t follow_time_of(const packet_info *pinfo);

/* To be called for a frame without SIP that resets a TCP connection, while it is learned. */
void follow_note_reset(const packet_info *pinfo);

/* To be called for a request that an ICMP error quotes, while its frame is learned. Returns
 * whether it tells that the request was refused. */
bool follow_note_icmp(const packet_info *pinfo, const sip_identity *identity, sip_text method, unsigned type_and_code);

#endif
