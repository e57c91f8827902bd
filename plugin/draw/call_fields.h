/* call_fields.h
 * The fields of sipcall. Their names are the public API, as those of sipresp.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CALL_FIELDS_H
#define SIPRESP_CALL_FIELDS_H

#include <epan/packet.h>

extern int proto_sipcall;

extern int hf_call_number;
extern int hf_call_id;
extern int hf_call_caller;
extern int hf_call_caller_name;
extern int hf_call_caller_address;
extern int hf_call_callee;
extern int hf_call_callee_name;
extern int hf_call_callee_address;
extern int hf_call_outcome;
extern int hf_call_result;
extern int hf_call_cause;
extern int hf_call_explanation;
extern int hf_call_final_code;
extern int hf_call_setup_time;
extern int hf_call_alert_time;
extern int hf_call_duration;
extern int hf_call_ended_by;
extern int hf_call_first_frame;
extern int hf_call_last_frame;
extern int hf_call_joined;
extern int hf_call_leg_of;

extern int ett_sipcall;

/* Names of call_result and call_ender. */
extern const value_string call_result_names[];
extern const value_string call_ender_names[];

/* Registers the protocol with all of the above. */
void register_call_fields(void);

#endif
