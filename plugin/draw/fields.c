/* fields.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/fields.h"

#include "compat.h"

#include <epan/packet.h>

#include "draw/said_fields.h"
#include "meaning/response_info.h"
#include "table_names.h"

int proto_sipresp = -1;

int hf_class = -1;
int hf_class_meaning = -1;
int hf_code = -1;
int hf_phrase_received = -1;
int hf_phrase = -1;
int hf_phrase_differs = -1;
int hf_method = -1;
int hf_registration = -1;
int hf_treated_as = -1;
int hf_reference = -1;
int hf_reference_url = -1;
int hf_final = -1;
int hf_isup_cause = -1;
int hf_reported = -1;
int hf_note = -1;
int hf_check = -1;

int hf_request_in = -1;
int hf_delay = -1;
int hf_delay_shown = -1;
int hf_final_in = -1;
int hf_ack_in = -1;
int hf_prack_in = -1;
int hf_retransmission = -1;
int hf_retransmission_of = -1;
int hf_reliable = -1;
int hf_ack_expected = -1;
int hf_outcome = -1;
int hf_captured_before = -1;
int hf_not_judged = -1;
int hf_explanation = -1;
int hf_cause = -1;
int hf_evidence = -1;

int ett_sipresp = -1;
int ett_happened = -1;
int ett_transaction = -1;
int ett_meaning = -1;
int ett_reference = -1;

#define NAME_ROW(number, name) { number, name },

static const value_string class_names[] = {
    SIP_CLASS_NAMES(NAME_ROW)
    { 0, NULL }
};

static const value_string isup_cause_names[] = {
    ISUP_CAUSE_NAMES(NAME_ROW)
    { 0, NULL }
};

static const value_string registration_names[] = {
    { RESPONSE_REGISTERED, "registered" },
    { RESPONSE_DEPRECATED, "deprecated" },
    { RESPONSE_RESERVED, "reserved" },
    { RESPONSE_LEGACY, "legacy (RFC 2543)" },
    { RESPONSE_VENDOR, "vendor" },
    { RESPONSE_UNREGISTERED, "unregistered" },
    { 0, NULL }
};

const value_string outcome_names[] = {
    OUTCOME_NAMES(NAME_ROW)
    { 0, NULL }
};

static const value_string delivery_names[] = {
    { DELIVERY_NOT_RELIABLY, "not reliably" },
    { DELIVERY_BY_PRACK, "repeated until the PRACK" },
    { DELIVERY_UNTIL_ACK, "repeated until the ACK" },
    { DELIVERY_WITH_REQUEST, "repeated only with the request" },
    { 0, NULL }
};

static void
register_transaction_fields(void)
{
    static hf_register_info fields[] = {
        { &hf_outcome,
            { "Outcome", "sipresp.outcome", FT_UINT8, BASE_DEC, VALS(outcome_names), 0x0,
              "What the response says of the call that its INVITE begins", HFILL } },
        { &hf_reliable,
            { "Delivered", "sipresp.reliable", FT_UINT8, BASE_DEC, VALS(delivery_names), 0x0,
              "How the sender sees to it that the response arrives", HFILL } },
        { &hf_ack_expected,
            { "ACK expected", "sipresp.ack_expected", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
              "True for final responses to INVITE, which alone are answered by an ACK", HFILL } },
        { &hf_request_in,
            { "Request in", "sipresp.request_in", FT_FRAMENUM, BASE_NONE,
              FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0x0,
              "Frame of the first copy of the request that the response answers", HFILL } },
        { &hf_delay,
            { "Delay", "sipresp.delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
              "Time since the first copy of the request", HFILL } },
        { &hf_delay_shown,
            { "Delay to read", "sipresp.delay_shown", FT_STRING, BASE_NONE, NULL, 0x0,
              "The delay in seconds with three decimals, for columns", HFILL } },
        { &hf_retransmission,
            { "Repetition", "sipresp.retransmission", FT_UINT32, BASE_DEC, NULL, 0x0,
              "Which repetition of the response this is; not there for the first copy", HFILL } },
        { &hf_retransmission_of,
            { "Repeats", "sipresp.retransmission_of", FT_FRAMENUM, BASE_NONE,
              FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_PREV), 0x0,
              "Frame of the first copy of this response", HFILL } },
        { &hf_captured_before,
            { "Captured before in", "sipresp.captured_before", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
              "Frame of the first copy of this very message: it was captured twice, and sent once", HFILL } },
        { &hf_not_judged,
            { "Not judged", "sipresp.not_judged", FT_STRING, BASE_NONE, NULL, 0x0,
              "Why rules were left out: the message is cut, or another one between these hosts is (gap)", HFILL } },
        { &hf_explanation,
            { "Explanation", "sipresp.explanation", FT_STRING, BASE_NONE, NULL, 0x0,
              "What the response meant here, from what the capture shows", HFILL } },
        { &hf_cause,
            { "Cause", "sipresp.cause", FT_STRING, BASE_NONE, NULL, 0x0,
              "Id of the row of tables/explanations.toml that the explanation is made from", HFILL } },
        { &hf_evidence,
            { "Evidence", "sipresp.evidence", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
              "A frame that shows what the explanation says", HFILL } },
        { &hf_final_in,
            { "Final response in", "sipresp.final_in", FT_FRAMENUM, BASE_NONE,
              FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0x0,
              "Frame of the final response that this provisional one came to", HFILL } },
        { &hf_ack_in,
            { "ACK in", "sipresp.ack_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0x0,
              "Frame of the ACK of this final response", HFILL } },
        { &hf_prack_in,
            { "PRACK in", "sipresp.prack_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0x0,
              "Frame of the PRACK of this reliable provisional response", HFILL } },
    };

    proto_register_field_array(proto_sipresp, fields, array_length(fields));
}

static void
register_field_list(void)
{
    static hf_register_info fields[] = {
        { &hf_class,
            { "Class", "sip.class", FT_UINT8, BASE_DEC, VALS(class_names), 0x0,
              "Class of the response: the first digit of its status code", HFILL } },
        { &hf_class_meaning,
            { "Class meaning", "sipresp.class_meaning", FT_STRING, BASE_NONE, NULL, 0x0,
              "What every response of the class says", HFILL } },
        { &hf_code,
            { "Status code", "sipresp.code", FT_UINT16, BASE_DEC, NULL, 0x0,
              "Status code of this very response; a frame may hold several", HFILL } },
        { &hf_phrase_received,
            { "Reason phrase on the wire", "sipresp.phrase_received", FT_STRING, BASE_NONE, NULL, 0x0,
              "Reason phrase as it was sent; free text, may be empty", HFILL } },
        { &hf_phrase,
            { "Registered phrase", "sipresp.phrase", FT_STRING, BASE_NONE, NULL, 0x0,
              "Reason phrase that the code is registered with", HFILL } },
        { &hf_phrase_differs,
            { "Phrase differs", "sipresp.phrase_differs", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
              "A registered code came with another phrase than its own; that is allowed", HFILL } },
        { &hf_method,
            { "Answers", "sipresp.method", FT_STRING, BASE_NONE, NULL, 0x0,
              "Method of the CSeq header: what the response answers", HFILL } },
        { &hf_registration,
            { "Registration", "sipresp.registration", FT_UINT8, BASE_DEC, VALS(registration_names), 0x0,
              "Whether and how the status code is registered", HFILL } },
        { &hf_treated_as,
            { "Handled as", "sipresp.treated_as", FT_UINT16, BASE_DEC, NULL, 0x0,
              "Code that a client must take an unregistered one for (RFC 3261 8.1.3.2)", HFILL } },
        { &hf_reference,
            { "Reference", "sipresp.reference", FT_STRING, BASE_NONE, NULL, 0x0,
              "Where the status code is defined", HFILL } },
        { &hf_reference_url,
            { "Reference URL", "sipresp.reference_url", FT_STRING, BASE_NONE, NULL, 0x0,
              "The defining section on the web", HFILL } },
        { &hf_final,
            { "Final response", "sipresp.final", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
              "Nothing follows it but an ACK; not there for a provisional response", HFILL } },
        { &hf_isup_cause,
            { "Usual mapping to ISUP cause", "sipresp.isup_cause", FT_UINT8, BASE_DEC, VALS(isup_cause_names), 0x0,
              "Q.850 cause that a gateway usually makes of it (RFC 3398 8.2.6.1)", HFILL } },
        { &hf_reported,
            { "Reported", "sipresp.reported", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
              "Not a response: one that the body of another message reports", HFILL } },
        { &hf_note,
            { "Note", "sipresp.note", FT_STRING, BASE_NONE, NULL, 0x0,
              "What is worth knowing of this response, with its source", HFILL } },
        { &hf_check,
            { "Finding", "sipresp.check", FT_STRING, BASE_NONE, NULL, 0x0,
              "Rule that the response breaks; the expert item below says how", HFILL } },
    };

    proto_register_field_array(proto_sipresp, fields, array_length(fields));
}

/* Once, so that whoever closes it finds it closed in the next file too. Wireshark
 * keeps what is open only after all protocols are registered. */
static void
open_first_group(void)
{
    static bool opened;

    if (!opened) {
        tree_expanded_set(ett_happened, TRUE);
        opened = true;
    }
}

void
register_fields(void)
{
    static int *subtrees[] = { &ett_sipresp, &ett_happened, &ett_transaction, &ett_meaning, &ett_reference };

    proto_sipresp = proto_register_protocol("SIP Responses", "SIPRESP", "sipresp");
    register_field_list();
    register_said_fields(proto_sipresp);
    register_transaction_fields();
    proto_register_subtree_array(subtrees, array_length(subtrees));
    register_init_routine(open_first_group);
}
