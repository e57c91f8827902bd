/* find_reset.h
 * Finds out whether a frame resets a TCP connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FIND_RESET_H
#define SIPRESP_FIND_RESET_H

#include <epan/packet.h>

void register_find_reset(void);

/* By the tree where there is one; tree may be NULL. False too of a frame that Wireshark told
 * nothing of in this pass. */
bool is_tcp_reset(packet_info *pinfo, const proto_tree *tree);

#endif
