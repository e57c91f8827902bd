# SPDX-License-Identifier: GPL-2.0-or-later
#
# Finds the Wireshark to build for. Its plugin API changes with every series,
# so only those that tools/matrix tries are taken, and 4.2, which lies between.

set(made_for 4.0 4.2 4.4 4.6)
list(JOIN made_for ", " made_for_names)

find_package(Wireshark CONFIG QUIET)
if(NOT Wireshark_FOUND)
    message(FATAL_ERROR "The development files of Wireshark were not found, and sipresp needs those of "
        "one of these series: ${made_for_names}; install wireshark-dev, or name their folder by Wireshark_DIR.")
endif()
set(series ${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION})
if(NOT series IN_LIST made_for)
    message(FATAL_ERROR "Wireshark ${Wireshark_VERSION} in ${Wireshark_DIR} is none that sipresp is made for, "
        "which are the series ${made_for_names}; install the development files of one of these.")
endif()
