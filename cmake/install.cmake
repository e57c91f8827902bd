# SPDX-License-Identifier: GPL-2.0-or-later
#
#   cmake --install build                     for everybody: where Wireshark looks
#   cmake --install build --component user    for the person who runs it
#   cmake --install build --prefix FOLDER     all of it below that folder
#
# Wireshark reads plugins and profiles from its own folders only, so its prefix is
# the one that we have, unless another is named: then or when CMake configures.
# The component wireshark is what Wireshark reads, system is the rest.

if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
    set(CMAKE_INSTALL_PREFIX ${Wireshark_INSTALL_PREFIX} CACHE PATH "Folder below which all is installed" FORCE)
endif()
include(GNUInstallDirs)
# The dark variant has colours of its own and the rest of the first profile. It is put together
# here, whole, for an install and for whoever starts Wireshark from the build folder.
set(profile "${CMAKE_BINARY_DIR}/profiles/SIP responses")
set(dark_profile "${profile} (dark)")
file(COPY "${CMAKE_SOURCE_DIR}/profile/SIP responses" "${CMAKE_SOURCE_DIR}/profile/SIP responses (dark)"
    DESTINATION ${CMAKE_BINARY_DIR}/profiles)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/profile/SIP responses/preferences"
    "${CMAKE_SOURCE_DIR}/profile/SIP responses/recent" "${CMAKE_SOURCE_DIR}/profile/SIP responses/dfilter_buttons"
    "${CMAKE_SOURCE_DIR}/profile/SIP responses/colorfilters" "${CMAKE_SOURCE_DIR}/profile/SIP responses (dark)/colorfilters")
file(COPY "${profile}/preferences" "${profile}/recent" "${profile}/dfilter_buttons" DESTINATION "${dark_profile}")

file(RELATIVE_PATH plugins_below_prefix ${Wireshark_INSTALL_PREFIX} ${Wireshark_PLUGIN_INSTALL_DIR})
configure_file(cmake/install_wireshark.cmake.in ${CMAKE_BINARY_DIR}/install_wireshark.cmake @ONLY)
install(SCRIPT ${CMAKE_BINARY_DIR}/install_wireshark.cmake COMPONENT wireshark)
install(FILES README.md docs/fields.md docs/records.md packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT system)
install(FILES docs/rules.md docs/outcomes.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT system)
install(FILES docs/man/sipresp-rules.7 docs/man/sipresp-outcomes.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7 COMPONENT system)
install(FILES docs/man/sipresp-filter.4 DESTINATION ${CMAKE_INSTALL_MANDIR}/man4 COMPONENT system)

# The home folder is that of whoever installs, not of whoever configures.
configure_file(cmake/install_user.cmake.in ${CMAKE_BINARY_DIR}/install_user.cmake @ONLY)
install(SCRIPT ${CMAKE_BINARY_DIR}/install_user.cmake COMPONENT user EXCLUDE_FROM_ALL)
