// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/token_file.h"

#include "core/base/bytes.h"
#include "core/io/format_registry.h"

#include <limits>

namespace qs::model {

Result<Tokens> readTokens(const std::filesystem::path& file, const Context& context)
{
    QS_ASSIGN(const auto source, io::openModel(file, context));
    const auto refuse = [&](ErrorCode code, std::string what, std::string found) {
        return fail(Error(code, std::move(what))
                        .inFile(file.string())
                        .wanted("a .npy file of I32 or I64, [texts, tokens]")
                        .got(std::move(found)));
    };
    if (source->tensors.size() != 1)
        return refuse(ErrorCode::Malformed, "this file does not hold one array of token ids",
                      std::to_string(source->tensors.size()) + " arrays");
    const io::TensorInfo& t = source->tensors.front();
    if (t.dtype != DType::I32 && t.dtype != DType::I64)
        return refuse(ErrorCode::Unsupported, "token ids are whole numbers of 32 or 64 bits",
                      std::string(dtypeName(t.dtype)));
    const std::uint64_t n = t.shape.elements();
    constexpr std::uint64_t kMost = std::uint64_t(1) << 28;
    if (t.shape.rank() < 1 || t.shape.rank() > 2 || n == 0 || n > kMost)
        return refuse(ErrorCode::Malformed, "this array is no list of texts", t.shape.text());
    Tokens out;
    out.sequences = t.shape.rank() == 2 ? t.shape[0] : 1;
    out.length = t.shape[t.shape.rank() - 1];
    out.ids.resize(static_cast<std::size_t>(n));
    const bool wide = t.dtype == DType::I64;
    constexpr std::uint64_t kStep = std::uint64_t(1) << 16;
    std::vector<std::byte> raw;
    for (std::uint64_t b = 0; b < n; b += kStep) {
        const std::uint64_t e = std::min(n, b + kStep);
        raw.resize(static_cast<std::size_t>((e - b) * (wide ? 8 : 4)));
        QS_TRY(source->readBytes(t, b, e, raw));
        for (std::uint64_t i = b; i < e; ++i) {
            const std::byte* at = raw.data() + (i - b) * (wide ? 8 : 4);
            const std::int64_t id = wide ? loadLe<std::int64_t>(at) : loadLe<std::int32_t>(at);
            if (id < 0 || id > std::numeric_limits<std::int32_t>::max())
                return refuse(ErrorCode::Malformed, "a token id is no index of a vocabulary", std::to_string(id));
            out.ids[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(id);
        }
    }
    return out;
}

} // namespace qs::model
