/* records.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/records.h"

#include "compat.h"

#include <string.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "draw/fields.h"
#include "sipresp_tap.h"
#include "tell/call_records.h"
#include "tell/json_line.h"

#define COMMAND "sipresp,records"

static const calls *(*followed_calls)(void);

static const char *const step_names[SIPRESP_STEP_COUNT] = {
    [SIPRESP_INVITE] = "invite",
    [SIPRESP_ALERTED] = "alerted",
    [SIPRESP_INVITE_FINAL] = "invite_final",
    [SIPRESP_BYE] = "bye",
    [SIPRESP_BYE_FINAL] = "bye_final",
    [SIPRESP_REGISTER] = "register",
    [SIPRESP_REGISTER_FINAL] = "register_final",
};

static const char *const judgement_names[] = {
    [SIPRESP_JUDGED] = NULL,
    [SIPRESP_NOT_JUDGED_CUT] = "cut",
    [SIPRESP_NOT_JUDGED_GAP] = "gap",
};

/* A call that begins, or was not answered in time. */
static tap_packet_status
write_call(const sipresp_response *call)
{
    json_dumper line = begin_line("call", call->frame, call->time);

    add_number(&line, "call", call->call, true);
    add_text(&line, "call_outcome", call->call_outcome_name);
    return end_line(&line);
}

static tap_packet_status
write_response(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped,
               tap_flags_t flags _U_)
{
    const sipresp_response *response = (const sipresp_response *)tapped;
    if (response->record == SIPRESP_CALL) {
        return write_call(response);
    }
    json_dumper line = begin_line("response", response->frame, response->time);

    add_number(&line, "class", response->class_digit, response->class_digit > 0);
    add_number(&line, "code", response->code, true);
    add_text(&line, "phrase", response->phrase);
    add_boolean(&line, "phrase_differs", response->phrase_differs);
    add_text(&line, "method", response->method);
    add_text(&line, "outcome", response->outcome_name);
    add_boolean(&line, "ends_call", response->ends_call);
    add_seconds(&line, "delay", response->delay, response->delay != SIPRESP_UNKNOWN);
    add_number(&line, "repetition", response->repetition, response->repetition != SIPRESP_UNKNOWN);
    add_number(&line, "call", response->call, response->ends_call);
    add_text(&line, "call_outcome", response->call_outcome_name);
    add_number(&line, "captured_before", response->captured_before, response->captured_before > 0);
    add_text(&line, "not_judged", judgement_names[response->judgement]);
    add_number(&line, "call_number", response->call_number, response->call_number > 0);
    return end_line(&line);
}

static void
add_step_before(json_dumper *line, const sipresp_step_before *before)
{
    json_dumper_set_member_name(line, "instead");
    if (!before->frame) {
        json_dumper_value_anyf(line, "null");
        return;
    }
    json_dumper_begin_object(line);
    add_number(line, "frame", before->frame, true);
    add_seconds(line, "time", before->time, true);
    add_number(line, "code", before->code, true);
    add_boolean(line, "counted", before->counted);
    add_seconds(line, "delay", before->delay, before->delay != SIPRESP_UNKNOWN);
    json_dumper_end_object(line);
}

static tap_packet_status
write_step(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    const sipresp_session_step *step = (const sipresp_session_step *)tapped;
    json_dumper line = begin_line(step_names[step->step], step->frame, step->time);

    add_number(&line, "code", step->code, step->code > 0);
    add_number(&line, "after", step->after, step->after > 0);
    add_boolean(&line, "counted", step->counted);
    add_seconds(&line, "delay", step->delay, step->delay != SIPRESP_UNKNOWN);
    add_step_before(&line, &step->instead);
    add_number(&line, "call_number", step->call_number, step->call_number > 0);
    return end_line(&line);
}

static tap_packet_status
note_request(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    GArray *noted = *(GArray **)data;

    g_array_append_vals(noted, tapped, 1);
    return TAP_PACKET_DONT_REDRAW;
}

static const char *
state_name(request_state state)
{
    return try_val_to_str(state == REQUEST_IS_OPEN ? OUTCOME_OPEN :
                          state == REQUEST_IS_NEVER_ANSWERED ? OUTCOME_NEVER_ANSWERED : OUTCOME_FINAL_UNSEEN,
                          outcome_names);
}

static void
write_unanswered(const calls *followed, const sip_request *request, const sipresp_request *noted)
{
    const sip_transaction *first = calls_transaction(followed, request->first);
    json_dumper line = begin_line("unanswered", first->frame, first->time);

    add_text(&line, "method", request->method < 32 ? sip_method_name(1u << request->method) : NULL);
    add_text(&line, "state", state_name(calls_state_of(followed, request)));
    add_number(&line, "call_number", noted->call_number, noted->call_number > 0);
    end_line(&line);
}

/* Only the end of the capture shows what came to no final response. */
static void
end_records(void)
{
    end_if_unwritten(COMMAND);
}

static void
write_all_unanswered(void *data)
{
    const GArray *noted = *(GArray **)data;

    for (guint i = 0; i < noted->len; i++) {
        const sipresp_request *each = &g_array_index(noted, sipresp_request, i);
        const sip_request *request = calls_request(followed_calls(), each->number);
        if (calls_state_of(followed_calls(), request) != REQUEST_IS_ANSWERED) {
            write_unanswered(followed_calls(), request, each);
        }
    }
    end_records();
}

static void
forget_requests(void *data)
{
    g_array_set_size(*(GArray **)data, 0);
}

static void
free_requests(void *data)
{
    g_array_free(*(GArray **)data, TRUE);
    g_free(data);
}

static bool
listen_to_requests(const char *filter)
{
    GArray **noted = g_new(GArray *, 1);

    *noted = g_array_new(FALSE, FALSE, sizeof(sipresp_request));
    return has_begun(COMMAND, register_tap_listener(SIPRESP_REQUEST_TAP, noted, filter, TL_REQUIRES_NOTHING, forget_requests,
                                           note_request, write_all_unanswered, free_requests));
}

static stat_started
start_records(const char *command, void *data _U_)
{
    const size_t length = strlen(COMMAND);
    const char *filter = command[length] == ',' ? command + length + 1 : NULL;

    STAT_STARTED(listen_for_lines(COMMAND, SIPRESP_TAP, filter, write_response) &&
                 listen_for_lines(COMMAND, SIPRESP_SESSION_TAP, filter, write_step) && listen_to_requests(filter) &&
                 has_begun(COMMAND, listen_to_calls(filter, followed_calls, end_records)));
}

void
register_records(const calls *(*followed)(void))
{
    static stat_tap_ui command = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .cli_string = COMMAND,
        .tap_init_cb = start_records,
    };

    followed_calls = followed;
    register_stat_tap_ui(&command, NULL);
}
