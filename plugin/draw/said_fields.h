/* said_fields.h
 * The fields of what the sender says itself: Reason, Warning, Retry-After.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SAID_FIELDS_H
#define SIPRESP_SAID_FIELDS_H

#include <epan/packet.h>

extern int hf_reason;
extern int hf_reason_protocol;
extern int hf_reason_cause;
extern int hf_reason_text;
extern int hf_warning;
extern int hf_warning_code;
extern int hf_warning_agent;
extern int hf_warning_text;
extern int hf_warning_meaning;
extern int hf_retry_after;

extern int ett_reason;
extern int ett_warning;

/* Registers them with the protocol, which has to be registered. */
void register_said_fields(int protocol);

#endif
