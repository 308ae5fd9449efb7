# SPDX-License-Identifier: GPL-3.0-or-later
# Looks for a CUDA toolkit: QS_CUDA_FOUND. Nothing but the device module needs one.
set(QS_CUDA_ARCHITECTURES "90-real;75-virtual" CACHE STRING
    "Compute architectures of the device module; a release takes 75-real to 120-real")
set(QS_CUDA_FOUND OFF)
if(QS_CUDA)
    if(QS_CCACHE AND NOT CMAKE_CUDA_COMPILER_LAUNCHER)
        set(CMAKE_CUDA_COMPILER_LAUNCHER "${QS_CCACHE}")
    endif()
    include(CheckLanguage)
    check_language(CUDA)
    if(CMAKE_CUDA_COMPILER)
        enable_language(CUDA)
        if(NOT DEFINED CMAKE_CUDA20_STANDARD_COMPILE_OPTION) # CMake 3.25 knows nvcc's C++17 and no more
            set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
            set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
        endif()
        set(QS_CUDA_FOUND ON)
    endif()
endif()
include(FeatureSummary)
add_feature_info("CUDA module" QS_CUDA_FOUND "kernels for NVIDIA devices, loaded at run time")
