/* findings.h
 * What the rules say of a response, as expert items.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FINDINGS_H
#define SIPRESP_FINDINGS_H

#include "compat.h"

#include <epan/prefs.h>

#include "draw/response.h"

/* Registers the expert fields. */
void register_findings(void);

/* Adds the preferences of the checks to the protocol's page, and takes over
 * what they were set to. */
void register_finding_preferences(module_t *preferences);
void apply_finding_preferences(void);

/* Does a tap or a column list findings, without a tree too? */
bool findings_are_listed(const packet_info *pinfo);

/* Does anything else look at them: the tree or a filter? This asks for each of
 * their fields, and so is asked for responses only. */
bool findings_are_asked_for(proto_tree *tree);

/* Adds an item for each rule that the response breaks. */
void draw_findings(const response *r, proto_tree *tree);

#endif
