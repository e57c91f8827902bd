/* find_cut.h
 * Finds the message that the snap length cut in a pass without a tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FIND_CUT_H
#define SIPRESP_FIND_CUT_H

#include "compat.h"

#include <epan/packet.h>

/* Where the frame's last message begins, from an offset in it on; -1 if it cannot
 * be found. To be asked of a frame with SIP that is cut. */
int find_cut_message(tvbuff_t *frame, int from, packet_info *pinfo);

#endif
