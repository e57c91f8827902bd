/* compat.h
 * What differs between Wireshark 4.0, 4.2, 4.4 and 4.6, and nothing else: one
 * block a difference. No other file tests a version.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_COMPAT_H
#define SIPRESP_COMPAT_H

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include <wireshark.h>
#include <ws_version.h>

#define WIRESHARK_AT_LEAST(major, minor) \
    (WIRESHARK_VERSION_MAJOR > (major) || \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* Before 4.2, what preferences and callbacks call a boolean is glib's int. */
#if WIRESHARK_AT_LEAST(4, 2)
typedef bool ws_bool;
#else
typedef gboolean ws_bool;
#endif

/* From 4.6 on, what starts a "-z" command says whether it could; before that
 * Wireshark goes on as if nothing had happened, unless the command ends it. */
#if WIRESHARK_AT_LEAST(4, 6)
typedef bool stat_started;
#define STAT_STARTED(success) return (success)
#else
typedef void stat_started;
#define STAT_STARTED(success) \
    do { \
        if (!(success)) { \
            exit(EXIT_FAILURE); \
        } \
    } while (0)
#endif

/* Before 4.4, format_text() takes bytes, later text. */
#if WIRESHARK_AT_LEAST(4, 4)
#define TEXT_TO_FORMAT(text) (text)
#else
#define TEXT_TO_FORMAT(text) ((const guchar *)(text))
#endif

/* Does a tree that only a filter looks at have the protocol nodes at its top in any case? */
#if WIRESHARK_AT_LEAST(4, 6)
#define TOP_NODES_STAY false
#else
#define TOP_NODES_STAY true
#endif

/* How many items may still be added that lie no further in the packet than what
 * was added before. From 4.6 on Wireshark takes more of them for a loop without
 * end; all of ours lie so, since SIP was dissected before. */
#if WIRESHARK_AT_LEAST(4, 6)
#define TREE_IDLE_MAX 50000U
#define TREE_IDLE_ROOM(tree) \
    (PTREE_DATA(tree)->start_idle_count < TREE_IDLE_MAX ? TREE_IDLE_MAX - PTREE_DATA(tree)->start_idle_count : 0)
#else
#define TREE_IDLE_ROOM(tree) UINT_MAX
#endif

#endif
