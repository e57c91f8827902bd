/* taps.h
 * Tells tap listeners of responses and of the steps of sessions; what it tells
 * is in sipresp_tap.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TAPS_H
#define SIPRESP_TAPS_H

#include "compat.h"

#include <epan/packet.h>

#include "draw/response.h"

/* Which taps somebody listens to. */
typedef struct {
    bool responses;
    bool sessions;
    bool requests;
    bool calls;
    bool messages;
} tap_wishes;

/* Registers the taps and all that listens to them: the commands of -z and the
 * entries of the Statistics menu. followed: the model of the open capture. */
void register_statistics(const calls *(*followed)(void));

tap_wishes taps_wanted(void);
bool is_tapped(tap_wishes wishes);

/* A message of a frame as the taps tell it. */
typedef struct {
    const sip_message *message;
    const sip_identity *identity;   /* NULL where none could be read, or nothing was learned of the frame */
    const answer_record *record;    /* NULL where nothing was learned of the message */
    message_origin origin;
    judgement judgement;
    bool cut;                       /* by the snap length, or may be */
} tapped_message;

void tap_message(packet_info *pinfo, tap_wishes wishes, const calls *followed, const tapped_message *tapped);

/* Tells that a message between the frame's ends was cut too short to be learned. */
void tap_cut_message(packet_info *pinfo, tap_wishes wishes, int64_t time);

/* Tells that the frame is an ICMP error, type << 8 | code, that quotes the request. */
void tap_refused_request(packet_info *pinfo, const tapped_message *tapped, unsigned error);

/* Tells that the frame resets a TCP connection. */
void tap_tcp_reset(packet_info *pinfo, tap_wishes wishes, int64_t time);

/* Tells of the calls that turn out in this frame not to have been answered. */
void tap_expiries(packet_info *pinfo, tap_wishes wishes, const calls *followed, int64_t time);

#endif
