/* call_list.h
 * Statistics > SIP Calls, and -z sipcall,tree: one row a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CALL_LIST_H
#define SIPRESP_CALL_LIST_H

#include "calls/calls.h"

/* followed: the model of the open capture. */
void register_call_list(const calls *(*followed)(void));

#endif
