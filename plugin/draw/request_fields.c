/* request_fields.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/request_fields.h"

int proto_sipreq = -1;

int hf_request_method = -1;
int hf_request_attempt = -1;
int hf_request_captured_before = -1;
int hf_request_retransmission_of = -1;
int hf_request_answered_in = -1;
int hf_request_final_code = -1;
int hf_request_delay = -1;
int hf_request_sent_again_in = -1;
int hf_request_explanation = -1;
int hf_request_cause = -1;
int hf_request_evidence = -1;

int ett_sipreq = -1;

void
register_request_fields(void)
{
    static hf_register_info fields[] = {
        { &hf_request_method,
            { "Method", "sipreq.method", FT_STRING, BASE_NONE, NULL, 0x0,
              "Method of the request line", HFILL } },
        { &hf_request_attempt,
            { "Attempt", "sipreq.attempt", FT_UINT32, BASE_DEC, NULL, 0x0,
              "1, or more where it was sent again for a challenge, a redirection or the like", HFILL } },
        { &hf_request_captured_before,
            { "Captured before in", "sipreq.captured_before", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
              "Frame of the first copy of this very message: it was captured twice, and sent once", HFILL } },
        { &hf_request_retransmission_of,
            { "Repeats", "sipreq.retransmission_of", FT_FRAMENUM, BASE_NONE,
              FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_PREV), 0x0,
              "Frame of the first copy of this request", HFILL } },
        { &hf_request_answered_in,
            { "Answered in", "sipreq.answered_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0x0,
              "Frame of its final response: of several hops and forks, the best one", HFILL } },
        { &hf_request_final_code,
            { "Final code", "sipreq.final_code", FT_UINT16, BASE_DEC, NULL, 0x0,
              "Status code of that response", HFILL } },
        { &hf_request_delay,
            { "Answered after", "sipreq.delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
              "Time from the first copy of the request to its final response", HFILL } },
        { &hf_request_sent_again_in,
            { "Sent again in", "sipreq.sent_again_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
              "Frame of the request that took the place of this one, as its response had asked for", HFILL } },
        { &hf_request_explanation,
            { "Explanation", "sipreq.explanation", FT_STRING, BASE_NONE, NULL, 0x0,
              "What the request came to, from what the capture shows", HFILL } },
        { &hf_request_cause,
            { "Cause", "sipreq.cause", FT_STRING, BASE_NONE, NULL, 0x0,
              "Id of the row of tables/explanations.toml that the explanation is made from", HFILL } },
        { &hf_request_evidence,
            { "Evidence", "sipreq.evidence", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
              "A frame that shows what the explanation says", HFILL } },
    };
    static int *subtrees[] = { &ett_sipreq };

    proto_sipreq = proto_register_protocol("SIP Requests", "SIPREQ", "sipreq");
    proto_register_field_array(proto_sipreq, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}
