/* start_line.h
 * Request lines and status lines (RFC 3261 7.1, 7.2).
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_START_LINE_H
#define SIPRESP_START_LINE_H

#include "sip/sip_message.h"

/* Sets what message->start_line says, which is handed on as well: to read it back whole, just after it was written
 * in two halves, makes a processor wait. Returns SIP_OTHER if it is the first line of no SIP message. */
sip_kind start_line_read(sip_text line, sip_message *message);

#endif
