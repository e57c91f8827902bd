/* call_taps.h
 * Tells tap listeners of calls: SIPRESP_CALL_TAP of sipresp_tap.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CALL_TAPS_H
#define SIPRESP_CALL_TAPS_H

#include "compat.h"

#include <epan/packet.h>

#include "calls/calls.h"
#include "sip/sip_message.h"

void register_call_tap(void);
bool calls_are_tapped(void);

/* Of a message that was sent; nothing where it is of no call. */
void tap_message_of_call(packet_info *pinfo, const calls *followed, const message_origin *origin,
                         const sip_message *message, const sip_identity *identity);

/* Something came out about the call in this frame, which has no message of it. */
void tap_call_change(packet_info *pinfo, const calls *followed, uint32_t call, int64_t time);

#endif
