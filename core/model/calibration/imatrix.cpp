// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/io/mapped_file.h"
#include "core/model/calibration/calibration_file.h"

#include <cmath>

namespace qs::model {
namespace {

constexpr std::int32_t kMostEntries = 1'000'000;
constexpr std::int32_t kLongestName = 4096;

} // namespace

// llama.cpp, tools/imatrix/imatrix.cpp (save_imatrix_legacy): the sums are means times the number of calls.
Result<std::vector<ImatrixEntry>> readImatrixDat(const std::filesystem::path& file)
{
    QS_ASSIGN(const auto map, io::MappedFile::open(file));
    const auto bytes = map->bytes();
    std::uint64_t at = 0;
    const auto bad = [&](const char* what) { return fail(Error(ErrorCode::Malformed, what).inFile(file.string()).at(at)); };
    const auto number = [&](std::int32_t& out) {
        if (bytes.size() - at < 4) return false;
        out = loadLe<std::int32_t>(bytes.data() + at);
        at += 4;
        return true;
    };
    std::int32_t count = 0;
    if (!number(count) || count < 1 || count > kMostEntries) return bad("this is no imatrix: its first number counts the entries");
    std::vector<ImatrixEntry> out;
    for (std::int32_t i = 0; i < count; ++i) {
        ImatrixEntry e;
        std::int32_t length = 0;
        std::int32_t calls = 0;
        std::int32_t n = 0;
        if (!number(length) || length < 1 || length > kLongestName || bytes.size() - at < static_cast<std::uint64_t>(length))
            return bad("an entry of this imatrix has no sound name");
        e.name.assign(reinterpret_cast<const char*>(bytes.data() + at), static_cast<std::size_t>(length));
        at += static_cast<std::uint64_t>(length);
        if (!number(calls) || !number(n) || n < 1 || (bytes.size() - at) / 4 < static_cast<std::uint64_t>(n)) return bad("an entry of this imatrix is cut");
        e.meanSquare.reserve(static_cast<std::size_t>(n));
        for (std::int32_t k = 0; k < n; ++k) {
            const float v = loadLe<float>(bytes.data() + at + 4 * static_cast<std::uint64_t>(k));
            if (!std::isfinite(v) || v < 0) return bad("an imatrix holds a value that is no mean square");
            e.meanSquare.push_back(calls > 0 ? v / static_cast<float>(calls) : v);
        }
        at += 4 * static_cast<std::uint64_t>(n);
        out.push_back(std::move(e));
    }
    QS_TRY(map->check());
    return out;
}

} // namespace qs::model
