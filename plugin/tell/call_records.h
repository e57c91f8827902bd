/* call_records.h
 * A record for each call at the end of -z sipresp,records (docs/records.md).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CALL_RECORDS_H
#define SIPRESP_CALL_RECORDS_H

#include "compat.h"

#include "calls/calls.h"

/* Starts to listen; returns what register_tap_listener() does. */
GString *listen_to_calls(const char *filter, const calls *(*followed)(void), void (*written)(void));

#endif
