// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/text_file.h"

#include "core/io/json_text.h"
#include "core/model/token_file.h"
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

Result<std::vector<std::int32_t>> readTokenIds(const fs::path& file, const Context& context)
{
    if (file.extension() == ".npy") {
        QS_ASSIGN(auto tokens, readTokens(file, context));
        return std::move(tokens.ids);
    }
    QS_ASSIGN(const std::string text, readUtf8File(file));
    std::vector<std::int32_t> out;
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
        out.push_back(static_cast<std::int32_t>(id));
        at = rest;
    }
    return out;
}

} // namespace qs::model
