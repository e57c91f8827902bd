/* response_tree.h
 * Statistics > SIP Responses, and "tshark -q -z sipresp,tree[,FILTER]".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_RESPONSE_TREE_H
#define SIPRESP_RESPONSE_TREE_H

void register_response_tree(void);

#endif
