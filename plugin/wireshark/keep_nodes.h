/* keep_nodes.h
 * Keeps the protocol nodes in trees that only a filter looks at. Wireshark leaves out
 * those there that lie below others, as SIP in TURN, and from 4.6 on
 * those at the top too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_KEEP_NODES_H
#define SIPRESP_KEEP_NODES_H

/* To be called while Wireshark loads the plugin. */
void register_node_keeper(void);

#endif
