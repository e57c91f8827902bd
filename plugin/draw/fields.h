/* fields.h
 * The fields of sipresp. Their names are the public API: filters, columns and
 * scripts of users hold them, so none is ever renamed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FIELDS_H
#define SIPRESP_FIELDS_H

#include <epan/packet.h>

typedef enum {
    DELIVERY_NOT_RELIABLY,
    DELIVERY_BY_PRACK,
    DELIVERY_UNTIL_ACK,
    DELIVERY_WITH_REQUEST
} delivery;

extern int proto_sipresp;

extern int hf_class;
extern int hf_class_meaning;
extern int hf_code;
extern int hf_phrase_received;
extern int hf_phrase;
extern int hf_phrase_differs;
extern int hf_method;
extern int hf_registration;
extern int hf_treated_as;
extern int hf_reference;
extern int hf_reference_url;
extern int hf_final;
extern int hf_isup_cause;
extern int hf_reported;
extern int hf_note;
extern int hf_check;

extern int hf_request_in;
extern int hf_delay;
extern int hf_delay_shown;
extern int hf_final_in;
extern int hf_ack_in;
extern int hf_prack_in;
extern int hf_retransmission;
extern int hf_retransmission_of;
extern int hf_reliable;
extern int hf_ack_expected;
extern int hf_outcome;
extern int hf_captured_before;
extern int hf_not_judged;
extern int hf_explanation;
extern int hf_cause;
extern int hf_evidence;

extern int ett_sipresp;
/* The groups in it. */
extern int ett_happened;
extern int ett_transaction;
extern int ett_meaning;
extern int ett_reference;

/* The names of tables/outcomes.toml by their numbers. */
extern const value_string outcome_names[];

/* Registers the protocol with all of the above. */
void register_fields(void);

#endif
