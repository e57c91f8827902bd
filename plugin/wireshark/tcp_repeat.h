/* tcp_repeat.h
 * Tells a TCP segment that was sent again from one that brings new bytes: a
 * response in it is no SIP retransmission.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TCP_REPEAT_H
#define SIPRESP_TCP_REPEAT_H

#include "compat.h"

#include <epan/packet.h>

/* To be called once, when all taps are registered. */
void register_tcp_repeat(void);

/* To be asked once for each frame with SIP, in the order of the capture. False
 * for other transports. */
bool tcp_segment_is_repeated(const packet_info *pinfo);

#endif
