// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/token_file.h"

#include "core/base/bytes.h"
#include "core/io/format_registry.h"
#include "core/io/json_text.h"
#include "core/model/tokenizers/unicode.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace qs::model {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostText = std::uint64_t(1) << 30;
constexpr std::int64_t kMostId = std::numeric_limits<std::int32_t>::max();

Error wrongId(const fs::path& file, const std::string& found)
{
    return Error(ErrorCode::Malformed, "a token's id is a whole number from 0 on").inFile(file.string()).got(found.substr(0, 64));
}

Result<TokenFile> readArray(const fs::path& file, const Context& context)
{
    QS_ASSIGN(const auto source, io::openModel(file, context));
    if (source->tensors.size() != 1) return fail(Error(ErrorCode::Malformed, "one array of ids is expected").inFile(file.string()));
    const auto& t = source->tensors[0];
    if (t.dtype != DType::I32 && t.dtype != DType::I64)
        return fail(Error(ErrorCode::Malformed, "ids are 32 or 64 bit integers").inFile(file.string()).wanted("I32 or I64").got(std::string(dtypeName(t.dtype))));
    const std::uint64_t n = t.shape.elements();
    const std::size_t width = t.dtype == DType::I32 ? 4 : 8;
    std::vector<std::byte> bytes(n * width);
    QS_TRY(source->readBytes(t, 0, n, bytes));
    TokenFile out;
    out.ids.reserve(n);
    for (std::uint64_t i = 0; i < n; ++i) {
        const std::int64_t id = width == 4 ? loadLe<std::int32_t>(bytes.data() + 4 * i) : loadLe<std::int64_t>(bytes.data() + 8 * i);
        if (id < 0 || id > kMostId) return fail(wrongId(file, std::to_string(id)));
        out.ids.push_back(static_cast<std::int32_t>(id));
    }
    for (const auto d : t.shape.dims()) out.shape.push_back(static_cast<std::uint64_t>(d));
    return out;
}

} // namespace

Result<std::string> readUtf8File(const fs::path& file)
{
    std::error_code ec;
    if (!fs::exists(file, ec)) return fail(Error(ErrorCode::NotFound, "there is no such file").inFile(file.string()));
    QS_ASSIGN(std::string text, io::readTextFile(file, kMostText));
    if (const auto bad = unicode::firstBroken(text))
        return fail(Error(ErrorCode::Malformed, "this text is not UTF-8").inFile(file.string()).at(*bad));
    return text;
}

Result<TokenFile> readTokenFile(const fs::path& file, const Context& context)
{
    if (file.extension() == ".npy") return readArray(file, context);
    QS_ASSIGN(const std::string text, readUtf8File(file));
    TokenFile out;
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto separates = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ',' || c == '[' || c == ']'; };
    while (at < end) {
        if (separates(*at)) {
            ++at;
            continue;
        }
        std::int64_t id = -1;
        const auto [rest, problem] = std::from_chars(at, end, id);
        if (problem != std::errc() || id < 0 || id > kMostId || (rest < end && !separates(*rest)))
            return fail(wrongId(file, std::string(at, std::min<std::size_t>(static_cast<std::size_t>(end - at), 24))).at(static_cast<std::uint64_t>(at - text.data())));
        out.ids.push_back(static_cast<std::int32_t>(id));
        at = rest;
    }
    out.shape = {out.ids.size()};
    return out;
}

} // namespace qs::model
