/* request_fields.h
 * The fields of sipreq, the mirror of sipresp on requests. Their names are the
 * public API: none is ever renamed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_REQUEST_FIELDS_H
#define SIPRESP_REQUEST_FIELDS_H

#include <epan/packet.h>

extern int proto_sipreq;

extern int hf_request_method;
extern int hf_request_attempt;
extern int hf_request_captured_before;
extern int hf_request_retransmission_of;
extern int hf_request_answered_in;
extern int hf_request_final_code;
extern int hf_request_delay;
extern int hf_request_sent_again_in;
extern int hf_request_explanation;
extern int hf_request_cause;
extern int hf_request_evidence;

extern int ett_sipreq;

/* Registers the protocol with all of the above. */
void register_request_fields(void);

#endif
