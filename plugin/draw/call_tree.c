/* call_tree.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/call_tree.h"

#include "compat.h"

#include <epan/strutil.h>

#include "draw/call_fields.h"
#include "draw/call_story.h"
#include "draw/items.h"

typedef struct {
    packet_info *pinfo;
    proto_tree *tree;
    tvbuff_t *tvb;
    int offset;
} drawing;

bool
calls_are_looked_at(proto_tree *tree)
{
    return protocol_is_looked_at(tree, proto_sipcall) &&
           proto_is_protocol_enabled(find_protocol_by_id(proto_sipcall));
}

static void
add_uint(const drawing *d, int hf, uint32_t value)
{
    add_generated_uint(d->tree, hf, d->tvb, d->offset, value);
}

static void
add_text(const drawing *d, int hf, const char *text)
{
    if (text && proto_field_is_referenced(d->tree, hf)) {
        proto_item_set_generated(proto_tree_add_string(d->tree, hf, d->tvb, d->offset, 0, text));
    }
}

static void
add_time(const drawing *d, int hf, int64_t ns)
{
    if (ns != CALLS_UNKNOWN) {
        add_generated_time(d->tree, hf, d->tvb, d->offset, ns);
    }
}

static void
draw_parties(const drawing *d, const calls *followed, const call_facts *facts, const call_parties *parties)
{
    add_text(d, hf_call_caller, parties->caller);
    add_text(d, hf_call_caller_name, parties->caller_name);
    add_text(d, hf_call_caller_address, address_of_host(d->pinfo->pool, followed, facts->caller_host));
    add_text(d, hf_call_callee, parties->callee);
    add_text(d, hf_call_callee_name, parties->callee_name);
    add_text(d, hf_call_callee_address, address_of_host(d->pinfo->pool, followed, facts->callee_host));
    add_text(d, hf_call_id, parties->call_id);
}

static void
draw_course(const drawing *d, const call_facts *facts)
{
    add_uint(d, hf_call_outcome, facts->result);
    add_uint(d, hf_call_result, facts->outcome);
    if (facts->final_code) {
        add_uint(d, hf_call_final_code, facts->final_code);
    }
    add_time(d, hf_call_alert_time, facts->alert_time);
    add_time(d, hf_call_setup_time, facts->setup_time);
    add_time(d, hf_call_duration, facts->duration);
    if (facts->ended_by != ENDED_BY_UNKNOWN) {
        add_uint(d, hf_call_ended_by, facts->ended_by);
    }
    add_uint(d, hf_call_first_frame, facts->first_frame);
    add_uint(d, hf_call_last_frame, facts->last_frame);
}

/* Of a call that goes on, the end of the capture would be told. */
static void
draw_cause(const drawing *d, const calls *followed, uint32_t number)
{
    if (proto_field_is_referenced(d->tree, hf_call_cause) || proto_field_is_referenced(d->tree, hf_call_explanation)) {
        const call_cause cause = cause_of_call(d->pinfo->pool, followed, number);
        add_text(d, hf_call_cause, cause.cause);
        add_text(d, hf_call_explanation, cause.explanation);
    }
}

static const char *
title_of(wmem_allocator_t *pool, const call_facts *facts, const call_parties *parties)
{
    const char *story = story_of_call(pool, facts);

    if (!parties->caller || !parties->callee) {
        return wmem_strdup_printf(pool, "SIP Call %u: %s", facts->number, story);
    }
    return wmem_strdup_printf(pool, "SIP Call %u: %s to %s, %s", facts->number,
                              format_text(pool, TEXT_TO_FORMAT(parties->caller), strlen(parties->caller)),
                              format_text(pool, TEXT_TO_FORMAT(parties->callee), strlen(parties->callee)), story);
}

void
draw_call(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, int offset, const calls *followed,
          const sip_message *message, const sip_identity *identity, bool later_known)
{
    const uint32_t number = calls_call_of(followed, message->call_id);

    if (!number) {
        return;
    }
    const call_facts facts = calls_facts_of(followed, number);
    const sip_tags tags = sip_tags_known(message, identity);
    const call_parties parties = parties_of_message(pinfo->pool, followed, number, message, &tags);
    proto_item *item = proto_tree_add_item(tree, proto_sipcall, tvb, offset, (int)message->length, ENC_NA);
    const drawing d = { pinfo, proto_item_add_subtree(item, ett_sipcall), tvb, offset };

    if (PTREE_DATA(tree)->visible) {
        proto_item_set_text(item, "%s", title_of(pinfo->pool, &facts, &parties));
    }
    proto_item_set_generated(item);
    add_uint(&d, hf_call_number, number);
    if (facts.leg.leg_of) {
        add_uint(&d, hf_call_leg_of, facts.leg.leg_of);
    }
    add_text(&d, hf_call_joined, join_of_call(facts.leg.by));
    draw_parties(&d, followed, &facts, &parties);
    draw_course(&d, &facts);
    if (later_known || facts.result == CALL_NOT_TAKEN || facts.result == CALL_FAILED) {
        draw_cause(&d, followed, number);
    }
}
