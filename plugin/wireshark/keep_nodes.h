/* keep_nodes.h
 * Keeps the SIP nodes in trees that only a filter looks at. Wireshark leaves out
 * the protocol nodes there that lie below others, as in TURN, and from 4.6 on
 * those at the top too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_KEEP_NODES_H
#define SIPRESP_KEEP_NODES_H

/* To be called while Wireshark loads the plugin. */
void register_node_keeper(void);

#endif
