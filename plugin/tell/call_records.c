/* call_records.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/call_records.h"

#include <epan/tap.h>

#include "calls/call_facts.h"
#include "draw/call_fields.h"
#include "draw/call_story.h"
#include "draw/fields.h"
#include "tell/kept_calls.h"
#include "tell/json_line.h"

static const calls *(*followed_calls)(void);
static void (*tell_written)(void);

static void
add_interval(json_dumper *line, const char *name, int64_t ns)
{
    add_seconds(line, name, ns, ns != CALLS_UNKNOWN);
}

static void
add_parties(json_dumper *line, wmem_allocator_t *pool, const kept_call *call, const call_facts *facts)
{
    add_text(line, "call_id", call->call_id);
    add_text(line, "caller", call->caller);
    add_text(line, "caller_name", call->caller_name);
    add_text(line, "caller_address", address_of_host(pool, followed_calls(), facts->caller_host));
    add_text(line, "callee", call->callee);
    add_text(line, "callee_name", call->callee_name);
    add_text(line, "callee_address", address_of_host(pool, followed_calls(), facts->callee_host));
}

static void
add_course(json_dumper *line, const call_facts *facts)
{
    add_text(line, "outcome", try_val_to_str(facts->result, call_result_names));
    add_text(line, "result", try_val_to_str(facts->outcome, outcome_names));
    add_number(line, "final_code", facts->final_code, facts->final_code > 0);
    add_interval(line, "alert_time", facts->alert_time);
    add_interval(line, "ring_time", facts->ring_time);
    add_interval(line, "setup_time", facts->setup_time);
    add_interval(line, "duration", facts->duration);
    add_text(line, "ended_by", facts->ended_by ? try_val_to_str(facts->ended_by, call_ender_names) : NULL);
    add_number(line, "last_frame", facts->last_frame, true);
}

static void
write_call(const kept_call *call)
{
    wmem_allocator_t *pool = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const call_facts facts = calls_facts_of(followed_calls(), call->number);
    const call_cause cause = cause_of_call(pool, followed_calls(), call->number);
    json_dumper line = begin_line("call_end", facts.first_frame, facts.begun);

    add_number(&line, "call", call->number, true);
    add_parties(&line, pool, call, &facts);
    add_course(&line, &facts);
    add_number(&line, "leg_of", facts.leg.leg_of, facts.leg.leg_of > 0);
    add_text(&line, "joined", join_of_call(facts.leg.by));
    add_text(&line, "cause", cause.cause);
    add_text(&line, "explanation", cause.explanation);
    end_line(&line);
    wmem_destroy_allocator(pool);
}

static tap_packet_status
note_call(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    keep_call((kept_calls *)data, (const sipresp_call *)tapped);
    return TAP_PACKET_DONT_REDRAW;
}

static void
write_calls(void *data)
{
    const kept_calls *kept = (const kept_calls *)data;

    for (guint place = 0; place < kept->calls->len; place++) {
        write_call(kept_call_at(kept, place));
    }
    tell_written();
}

static void
forget_calls(void *data)
{
    keep_calls_clear((kept_calls *)data);
}

static void
free_calls(void *data)
{
    keep_calls_end((kept_calls *)data);
    g_free(data);
}

GString *
listen_to_calls(const char *filter, const calls *(*followed)(void), void (*written)(void))
{
    kept_calls *kept = g_new(kept_calls, 1);

    followed_calls = followed;
    tell_written = written;
    keep_calls_start(kept);
    return register_tap_listener(SIPRESP_CALL_TAP, kept, filter, TL_REQUIRES_NOTHING, forget_calls, note_call,
                                 write_calls, free_calls);
}
