/* fields.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fields.h"

#include "compat.h"

#include <epan/packet.h>

#include "response_info.h"
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

int ett_sipresp = -1;

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
              "True for a final response, false for a provisional one", HFILL } },
        { &hf_isup_cause,
            { "Usual ISUP cause", "sipresp.isup_cause", FT_UINT8, BASE_DEC, VALS(isup_cause_names), 0x0,
              "Q.850 cause that a gateway usually makes of it (RFC 3398 8.2.6.1)", HFILL } },
        { &hf_reported,
            { "Reported", "sipresp.reported", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
              "Not a response: a sipfrag body that reports one", HFILL } },
        { &hf_note,
            { "Note", "sipresp.note", FT_STRING, BASE_NONE, NULL, 0x0,
              "What is worth knowing of this response, with its source", HFILL } },
        { &hf_check,
            { "Finding", "sipresp.check", FT_STRING, BASE_NONE, NULL, 0x0,
              "Rule that the response breaks; the expert item below says how", HFILL } },
    };

    proto_register_field_array(proto_sipresp, fields, array_length(fields));
}

void
register_fields(void)
{
    static int *subtrees[] = { &ett_sipresp };

    proto_sipresp = proto_register_protocol("SIP Responses", "SIPRESP", "sipresp");
    register_field_list();
    proto_register_subtree_array(subtrees, array_length(subtrees));
}
