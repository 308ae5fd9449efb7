// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/model_text.h"

#include "core/base/sha256.h"
#include "core/model/tokenizers/load_tokenizer.h"
#include "core/model/tokenizers/text_file.h"

#include <algorithm>

namespace qs::study {

Result<ModelText> readModelText(const io::ModelSource& source, std::span<const std::filesystem::path> files, const Context& context)
{
    if (files.empty()) return fail(Error(ErrorCode::Lacking, "no text is chosen").fix("choose a text file in UTF-8"));
    QS_ASSIGN(const auto tokenizer, model::tokenizerOf(source, context));
    ModelText out;
    Sha256 hash;
    for (const auto& file : files) {
        if (context.stopped()) return cancelled();
        QS_ASSIGN(const std::string text, model::readUtf8File(file));
        QS_ASSIGN(auto encoding, tokenizer->encode(text));
        out.ids.insert(out.ids.end(), encoding.ids.begin(), encoding.ids.end());
        hash.update(std::as_bytes(std::span(text)));
        out.bytes += text.size();
    }
    out.sha256 = hash.finish();
    return out;
}

Result<std::string> checkpointHash(const io::ModelSource& source, const Context& context)
{
    constexpr std::size_t kStep = std::size_t(16) << 20;
    Sha256 hash;
    for (const auto& file : source.files) {
        const auto bytes = file->bytes();
        for (std::size_t at = 0; at < bytes.size(); at += kStep) {
            if (context.stopped()) return cancelled();
            const std::size_t n = std::min(kStep, bytes.size() - at);
            hash.update(bytes.subspan(at, n));
            file->release(at, n);
        }
        QS_TRY(file->check());
    }
    return hash.finish();
}

} // namespace qs::study
