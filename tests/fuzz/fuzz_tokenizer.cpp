// SPDX-License-Identifier: GPL-3.0-or-later
// The input is a tokenizer.json, a SentencePiece model, an imatrix, and a text for a small tokenizer.
#include "core/model/calibration/calibration_file.h"
#include "core/model/tokenizers/load_tokenizer.h"

#include <cstdlib>
#include <fstream>

namespace {

namespace fs = std::filesystem;

fs::path scratchFile()
{
    std::string pattern = (fs::temp_directory_path() / "qs-fuzz-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) std::abort();
    return fs::path(pattern) / "file";
}

void use(const qs::Result<qs::model::TokenizerPtr>& tokenizer)
{
    if (!tokenizer) return;
    const auto encoding = (*tokenizer)->encode("In the b\xC3\xA9ginning\n 12  \xE2\x96\x81x<s>", true, true);
    if (encoding) (void)(*tokenizer)->decode(encoding->ids, true);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fs::path file = scratchFile();
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
    use(qs::model::readTokenizerJson(file));
    use(qs::model::readSentencePiece(file));
    (void)qs::model::readImatrixDat(file);
    return 0;
}
