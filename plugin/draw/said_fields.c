/* said_fields.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/said_fields.h"

#include "table_names.h"

int hf_reason = -1;
int hf_reason_protocol = -1;
int hf_reason_cause = -1;
int hf_reason_text = -1;
int hf_warning = -1;
int hf_warning_code = -1;
int hf_warning_agent = -1;
int hf_warning_text = -1;
int hf_warning_meaning = -1;
int hf_retry_after = -1;

int ett_reason = -1;
int ett_warning = -1;

#define NAME_ROW(number, name) { number, name },

static const value_string warning_names[] = {
    WARNING_NAMES(NAME_ROW)
    { 0, NULL }
};

void
register_said_fields(int protocol)
{
    static hf_register_info fields[] = {
        { &hf_reason,
            { "Reason, as the sender has it", "sipresp.reason", FT_STRING, BASE_NONE, NULL, 0x0,
              "A value of the Reason header: protocol, cause with its name, text", HFILL } },
        { &hf_reason_protocol,
            { "Protocol", "sipresp.reason.protocol", FT_STRING, BASE_NONE, NULL, 0x0,
              "What the cause is one of: SIP, Q.850 or another protocol", HFILL } },
        { &hf_reason_cause,
            { "Cause", "sipresp.reason.cause", FT_UINT32, BASE_DEC, NULL, 0x0,
              "Of SIP a status code, of Q.850 a cause value", HFILL } },
        { &hf_reason_text,
            { "Text", "sipresp.reason.text", FT_STRING, BASE_NONE, NULL, 0x0,
              "The reason in the sender's words", HFILL } },
        { &hf_warning,
            { "Warning", "sipresp.warning", FT_STRING, BASE_NONE, NULL, 0x0,
              "A value of the Warning header: code with its name, who warns, text", HFILL } },
        { &hf_warning_code,
            { "Code", "sipresp.warning.code", FT_UINT16, BASE_DEC, VALS(warning_names), 0x0,
              "What the warning is about", HFILL } },
        { &hf_warning_agent,
            { "Agent", "sipresp.warning.agent", FT_STRING, BASE_NONE, NULL, 0x0,
              "Who warns: a host or a name", HFILL } },
        { &hf_warning_text,
            { "Text", "sipresp.warning.text", FT_STRING, BASE_NONE, NULL, 0x0,
              "The warning in the sender's words", HFILL } },
        { &hf_warning_meaning,
            { "Meaning", "sipresp.warning.meaning", FT_STRING, BASE_NONE, NULL, 0x0,
              "What the code of the warning says", HFILL } },
        { &hf_retry_after,
            { "Retry after", "sipresp.retry_after", FT_UINT32, BASE_DEC, NULL, 0x0,
              "Seconds that the sender asks to wait before the next attempt", HFILL } },
    };
    static int *subtrees[] = { &ett_reason, &ett_warning };

    proto_register_field_array(protocol, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}
