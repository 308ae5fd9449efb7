# SPDX-License-Identifier: GPL-3.0-or-later
# Every third-party dependency, with what it is for. All come from Debian 12.
find_package(Threads REQUIRED)
find_package(TBB REQUIRED)                # oneTBB: parallel loops below core/exec
find_package(Eigen3 3.4 REQUIRED NO_MODULE) # dense linear algebra (normal equations of LCQ)
find_package(nlohmann_json 3.11 REQUIRED) # JSON in and out; its SAX parser reads hostile headers
find_package(ZLIB REQUIRED)               # deflated .npz members, CRC-32 of zip entries
find_package(OpenSSL REQUIRED COMPONENTS Crypto) # SHA-256 of decoded values and files
find_package(SQLite3 REQUIRED)            # session files
find_package(ICU REQUIRED COMPONENTS i18n uc) # Unicode properties, normal forms and regular expressions of tokenizers
find_path(QS_EXPECTED_INCLUDE tl/expected.hpp REQUIRED) # tl::expected: Result<T> until C++23

if(QS_GUI)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Svg PrintSupport LinguistTools)
    find_package(QCustomPlotQt6 REQUIRED) # scientific plots
endif()
if(QS_TESTS OR (QS_FUZZ AND QS_GUI))
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Test)
endif()
find_package(Python3 COMPONENTS Interpreter)
