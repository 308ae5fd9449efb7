# SPDX-License-Identifier: GPL-3.0-or-later
# Run with cmake -P: writes OUT, a source file with a hash over all files listed in LIST (one a line) and EXTRA. What a
# cached result was computed with is told by this hash, so a changed source never meets a result of the old one.
file(STRINGS "${LIST}" files)
set(all "${EXTRA}")
foreach(file IN LISTS files)
    file(SHA256 "${file}" hash)
    string(APPEND all "${hash}")
endforeach()
string(SHA256 fingerprint "${all}")
set(text "// SPDX-License-Identifier: GPL-3.0-or-later
#include \"core/study/result_key.h\"
namespace qs::study {
std::string_view numericFingerprint() { return \"${fingerprint}\"; }
} // namespace qs::study
")
file(CONFIGURE OUTPUT "${OUT}" CONTENT "${text}" @ONLY)
