/* call_fields.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/call_fields.h"

#include "compat.h"

#include "draw/fields.h"
#include "table_names.h"

int proto_sipcall = -1;

int hf_call_number = -1;
int hf_call_id = -1;
int hf_call_caller = -1;
int hf_call_caller_name = -1;
int hf_call_caller_address = -1;
int hf_call_callee = -1;
int hf_call_callee_name = -1;
int hf_call_callee_address = -1;
int hf_call_outcome = -1;
int hf_call_result = -1;
int hf_call_cause = -1;
int hf_call_explanation = -1;
int hf_call_final_code = -1;
int hf_call_setup_time = -1;
int hf_call_alert_time = -1;
int hf_call_duration = -1;
int hf_call_ended_by = -1;
int hf_call_first_frame = -1;
int hf_call_last_frame = -1;
int hf_call_joined = -1;
int hf_call_leg_of = -1;

int ett_sipcall = -1;

#define NAME_ROW(number, name) { number, name },

const value_string call_result_names[] = {
    CALL_RESULT_NAMES(NAME_ROW)
    { 0, NULL }
};

const value_string call_ender_names[] = {
    ENDED_BY_NAMES(NAME_ROW)
    { 0, NULL }
};

static void
register_parties(void)
{
    static hf_register_info fields[] = {
        { &hf_call_number,
            { "Call", "sipcall.number", FT_UINT32, BASE_DEC, NULL, 0x0,
              "Number of the call in the capture, the same on all hops", HFILL } },
        { &hf_call_id,
            { "Call-ID", "sipcall.call_id", FT_STRING, BASE_NONE, NULL, 0x0,
              "Call-ID of all messages of the call", HFILL } },
        { &hf_call_caller,
            { "Caller", "sipcall.caller", FT_STRING, BASE_NONE, NULL, 0x0,
              "User part or number of who calls, whoever sent this message", HFILL } },
        { &hf_call_caller_name,
            { "Caller's name", "sipcall.caller_name", FT_STRING, BASE_NONE, NULL, 0x0,
              "Display name of who calls", HFILL } },
        { &hf_call_caller_address,
            { "Caller's address", "sipcall.caller_address", FT_STRING, BASE_NONE, NULL, 0x0,
              "First host in the capture that sent the INVITE", HFILL } },
        { &hf_call_callee,
            { "Callee", "sipcall.callee", FT_STRING, BASE_NONE, NULL, 0x0,
              "User part or number of who is called", HFILL } },
        { &hf_call_callee_name,
            { "Callee's name", "sipcall.callee_name", FT_STRING, BASE_NONE, NULL, 0x0,
              "Display name of who is called", HFILL } },
        { &hf_call_callee_address,
            { "Callee's address", "sipcall.callee_address", FT_STRING, BASE_NONE, NULL, 0x0,
              "Last host in the capture that the INVITE was sent to, of several forks that of the one that counts", HFILL } },
        { &hf_call_joined,
            { "Joined by", "sipcall.joined", FT_STRING, BASE_NONE, NULL, 0x0,
              "What shows that it is a leg of another call, or why that stays open", HFILL } },
        { &hf_call_leg_of,
            { "Leg of call", "sipcall.leg_of", FT_UINT32, BASE_DEC, NULL, 0x0,
              "Number of the call that it is another leg of", HFILL } },
    };

    proto_register_field_array(proto_sipcall, fields, array_length(fields));
}

static void
register_course(void)
{
    static hf_register_info fields[] = {
        { &hf_call_outcome,
            { "Outcome", "sipcall.outcome", FT_UINT8, BASE_DEC, VALS(call_result_names), 0x0,
              "Whether the call was answered, failed, or was not taken although nothing failed", HFILL } },
        { &hf_call_result,
            { "Result", "sipcall.result", FT_UINT8, BASE_DEC, VALS(outcome_names), 0x0,
              "What the call came to, by the names of sipresp.outcome", HFILL } },
        { &hf_call_cause,
            { "Cause", "sipcall.cause", FT_STRING, BASE_NONE, NULL, 0x0,
              "Id of what explains the result", HFILL } },
        { &hf_call_explanation,
            { "Explanation", "sipcall.explanation", FT_STRING, BASE_NONE, NULL, 0x0,
              "What happened, in a sentence", HFILL } },
        { &hf_call_final_code,
            { "Final code", "sipcall.final_code", FT_UINT16, BASE_DEC, NULL, 0x0,
              "Status code of the response that the result comes from", HFILL } },
        { &hf_call_setup_time,
            { "Time to answer", "sipcall.setup_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
              "From the first INVITE to the 2xx", HFILL } },
        { &hf_call_alert_time,
            { "Time to ringing", "sipcall.alert_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
              "From the first INVITE to the first 180 or 183 that the caller got", HFILL } },
        { &hf_call_duration,
            { "Duration", "sipcall.duration", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
              "From the 2xx to the BYE; not there where the capture has no BYE", HFILL } },
        { &hf_call_ended_by,
            { "Ended by", "sipcall.ended_by", FT_UINT8, BASE_DEC, VALS(call_ender_names), 0x0,
              "Who ended the call: caller, callee, network, or nobody in the capture; not there where it does not show", HFILL } },
        { &hf_call_first_frame,
            { "First frame", "sipcall.first_frame", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
              "Frame of the first INVITE", HFILL } },
        { &hf_call_last_frame,
            { "Last frame", "sipcall.last_frame", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
              "Last frame with a message of the call, as far as the capture was read", HFILL } },
    };

    proto_register_field_array(proto_sipcall, fields, array_length(fields));
}

void
register_call_fields(void)
{
    static int *subtrees[] = { &ett_sipcall };

    proto_sipcall = proto_register_protocol("SIP Calls", "SIPCALL", "sipcall");
    register_parties();
    register_course();
    proto_register_subtree_array(subtrees, array_length(subtrees));
}
