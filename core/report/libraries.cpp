// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/libraries.h"

#include "core/exec/devices.h"

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <unicode/uversion.h>
#include <zlib.h>

namespace qs::report {
namespace {

std::string dotted(int a, int b, int c) { return std::to_string(a) + "." + std::to_string(b) + "." + std::to_string(c); }

} // namespace

std::vector<Library> libraries()
{
    return {
        {"oneTBB", threadingVersion(), "parallel loops", "Apache-2.0", "https://oneapi-src.github.io/oneTBB/"},
        {"Eigen", dotted(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION), "dense linear algebra", "MPL-2.0", "https://eigen.tuxfamily.org"},
        {"nlohmann-json", dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH), "JSON", "MIT", "https://json.nlohmann.me"},
        {"tl::expected", "", "results and errors", "CC0-1.0", "https://github.com/TartanLlama/expected"},
        {"zlib", zlibVersion(), "deflate", "Zlib", "https://zlib.net"},
        {"OpenSSL libcrypto", OpenSSL_version(OPENSSL_VERSION_STRING), "SHA-256", "Apache-2.0", "https://www.openssl.org"},
        {"ICU", U_ICU_VERSION, "Unicode in tokenizers", "Unicode-3.0", "https://icu.unicode.org"},
        {"SQLite", sqlite3_libversion(), "session files", "blessing", "https://www.sqlite.org"},
    };
}

} // namespace qs::report
