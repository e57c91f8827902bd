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

#include "sip/sip_message.h"
#include "calls/transactions.h"

/* Which taps somebody listens to. */
typedef struct {
    bool responses;
    bool sessions;
} tap_wishes;

/* Registers the taps and all that listens to them: the commands of -z and the
 * entries of the Statistics menu. */
void register_statistics(void);

tap_wishes taps_wanted(void);

/* Tells of one message of the frame. identity is NULL where none could be read
 * or nothing was learned of the frame, record is NULL where nothing was learned
 * of the message. */
void tap_message(packet_info *pinfo, tap_wishes wishes, const sip_message *message, const sip_identity *identity,
                 const answer_record *record);

#endif
