# SPDX-License-Identifier: GPL-2.0-or-later
#
# The plugin reads what strangers send, so that a defect in it must not be easy
# to use: tests/regression/test_hardening.py sees to it that all of this is in
# the module. The sanitizers watch over the same things in their own way.
include(CheckCCompilerFlag)

foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection)
    string(MAKE_C_IDENTIFIER "has${flag}" has_flag)
    check_c_compiler_flag(${flag} ${has_flag})
    if(${has_flag} AND NOT SIPRESP_SANITIZE)
        add_compile_options(${flag})
        # For Windows the linker has to know of it, too.
        add_link_options(${flag})
    endif()
endforeach()
# Without optimization glibc has no such checks and says so.
if(NOT SIPRESP_SANITIZE)
    add_compile_options($<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
        $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()
