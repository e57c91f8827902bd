/* keep_nodes.h
 * Keeps the SIP nodes in the trees of Wireshark 4.6 and later.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_KEEP_NODES_H
#define SIPRESP_KEEP_NODES_H

/* To be called while Wireshark loads the plugin. Does nothing on versions
 * that keep the nodes anyway. */
void register_node_keeper(void);

#endif
