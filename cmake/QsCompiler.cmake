# SPDX-License-Identifier: GPL-3.0-or-later
# Compiler settings shared by every target, as one interface target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(QS_CCACHE ccache)
if(QS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${QS_CCACHE}")
endif()
find_program(QS_MOLD mold)

add_library(qs_options INTERFACE)
# -ffp-contract=off: the same numbers from every compiler, and from the device later.
target_compile_options(qs_options INTERFACE
    $<BUILD_INTERFACE:-Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -ffp-contract=off
        $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # g++ 12 warns falsely on string concatenation (bug 105651)
        # clang warns of a deprecated function inside libstdc++ 12's own stable_sort
        $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>>)
if(QS_WERROR)
    target_compile_options(qs_options INTERFACE $<BUILD_INTERFACE:-Werror>)
endif()
if(QS_SANITIZE)
    # g++ takes its own checks for paths on which things are not initialised
    add_compile_options(-fsanitize=${QS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined -g1
        $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>)
    add_link_options(-fsanitize=${QS_SANITIZE})
elseif(QS_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_link_options(-fuse-ld=mold)
endif()
if(QS_FUZZ)
    # Coverage instrumentation for every library; only the fuzz targets link the engine.
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
