# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Debian package, made by tools/package. Wireshark loads a plugin only if
# it was built for its very series, and says so nowhere but on stderr. So the
# package depends on that series: beside another it refuses to install, and an
# upgrade of Wireshark removes it or is held back, but never leaves it behind.

math(EXPR next_minor "${Wireshark_MINOR_VERSION} + 1")
set(next_series ${Wireshark_MAJOR_VERSION}.${next_minor})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sipresp)
# Whoever gives packages away puts an address here at which questions arrive; at this one none does (RFC 2606).
set(SIPRESP_MAINTAINER "sipresp maintainers <maintainers@sipresp.invalid>" CACHE STRING "Maintainer of the Debian package")
set(CPACK_PACKAGE_CONTACT "${SIPRESP_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION}+ws${series})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "libwireshark-data (>= ${series}.0), libwireshark-data (<< ${next_series}~)")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_ENHANCES "wireshark, tshark")
# What the commands run on; the plugin alone needs neither.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "tshark, python3 (>= 3.11)")
# For the page of sipresp-report, and to spread its captures; for sipresp-watch.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libjs-chart.js, parallel, python3-prometheus-client")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Wireshark ${series} plugin that says what SIP responses mean")
string(CONCAT CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Every SIP status line that Wireshark dissects gets its class, its\n"
    "registered reason phrase, who defines it, and notes. All of it can be\n"
    "filtered on, put in a column and checked by tshark.\n"
    ".\n"
    "This package is for Wireshark ${series} and no other series.")
set(CPACK_STRIP_FILES ON)
# Wireshark's own folders are absolute; only with DESTDIR do they go into the package.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
# What Debian asks of a package beyond its files, and no other way of installing does.
configure_file(packaging/changelog.in ${CMAKE_BINARY_DIR}/package/changelog @ONLY)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/package_files.cmake)
set(CPACK_SIPRESP_CHANGELOG ${CMAKE_BINARY_DIR}/package/changelog)
include(CPack)
