/* unread.h
 * TCP connections with SIP of which no message can be read: over TLS without the
 * keys, or over TLS and WebSocket from the middle on. A report that says nothing
 * of them looks like one of a capture without SIP. Those who ask for the messages
 * are told.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_UNREAD_H
#define SIPRESP_UNREAD_H

#include "compat.h"

#include <epan/packet.h>

/* Begins to watch the frames that the filter, which may be NULL, holds for; returns false, with a word to the user that
 * begins with the command, where that is not possible. */
bool unread_watch(const char *command, const char *filter);

/* A message was told of this frame. */
void unread_take_message(const packet_info *pinfo);

/* Writes a record for each connection that gave none. */
void unread_write(void);

#endif
