# SPDX-License-Identifier: GPL-2.0-or-later
#
# What CPack runs on the files of the package before it packs them: manual pages
# and changelog are compressed, as Debian Policy 12.1 and 12.7 have them.

set(share "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share")
file(COPY_FILE "${CPACK_SIPRESP_CHANGELOG}" "${share}/doc/sipresp/changelog")
file(GLOB pages "${share}/man/*/*")
# Without the time, so that the same files make the same package.
execute_process(COMMAND gzip -9 --no-name ${pages} "${share}/doc/sipresp/changelog" COMMAND_ERROR_IS_FATAL ANY)
