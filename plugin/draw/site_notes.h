/* site_notes.h
 * What the operator of a site adds to the tables: a user table of Wireshark
 * (Edit > Preferences > Protocols > SIPRESP) with notes by code and method,
 * and phrases for codes that the tables do not have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SITE_NOTES_H
#define SIPRESP_SITE_NOTES_H

#include "compat.h"

#include "sip/sip_message.h"

/* One row of the user table. A text may be NULL or empty: not given. */
typedef struct {
    unsigned code;
    char *method;
    char *phrase;
    char *note;
} site_row;

/* Puts the user table on the preference page, behind what findings.c puts there. */
void site_notes_register(void);

/* The first row from *position on that is for this code and for this method
 * or any, in the order of the table; NULL if there is none. *position starts
 * at 0 and is the caller's. Rows hold until the preferences change. */
const site_row *site_notes_next(unsigned code, sip_text method, size_t *position);

/* The phrase that the site gives to a code, or NULL if it gives none. */
const char *site_notes_phrase(unsigned code, sip_text method);

#endif
