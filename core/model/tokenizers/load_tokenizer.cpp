// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/load_tokenizer.h"

#include "core/exec/thread_guard.h"
#include "core/io/format_registry.h"

namespace qs::model {
namespace {

namespace fs = std::filesystem;

bool isFile(const fs::path& p)
{
    std::error_code ec;
    return fs::is_regular_file(p, ec);
}

// The tokenizer's file in a model folder; empty: there is none.
fs::path fileIn(const fs::path& folder)
{
    for (const char* name : {"tokenizer.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model"})
        if (isFile(folder / name)) return folder / name;
    return {};
}

Result<TokenizerPtr> readFile(const fs::path& file)
{
    return file.extension() == ".model" ? readSentencePiece(file) : readTokenizerJson(file);
}

Error lacking(const fs::path& where)
{
    return Error(ErrorCode::Lacking, "there is no tokenizer here").inFile(where.string())
        .wanted("tokenizer.json, tokenizer.model, or a GGUF file that brings its own");
}

} // namespace

Result<TokenizerPtr> tokenizerOf(const io::ModelSource& source, const Context& context)
{
    noteWork("reading a tokenizer");
    if (source.meta("tokenizer.ggml.tokens")) return readGgufTokenizer(source, context);
    std::error_code ec;
    fs::path folder = source.folder;
    if (folder.empty()) folder = fs::is_directory(source.path, ec) ? source.path : source.path.parent_path();
    const fs::path file = fileIn(folder);
    if (file.empty()) return fail(lacking(folder));
    return readFile(file);
}

Result<TokenizerPtr> openTokenizer(const fs::path& path, const Context& context)
{
    noteWork("reading a tokenizer");
    std::error_code ec;
    if (!fs::exists(path, ec)) return fail(Error(ErrorCode::NotFound, "there is no such file or folder").inFile(path.string()));
    if (fs::is_directory(path, ec)) {
        if (const fs::path file = fileIn(path); !file.empty()) return readFile(file);
        for (const auto& entry : fs::directory_iterator(path, ec))
            if (entry.path().extension() == ".gguf") {
                QS_ASSIGN(const auto source, io::openModel(entry.path(), context));
                return tokenizerOf(*source, context);
            }
        return fail(lacking(path));
    }
    const std::string name = path.filename().string();
    if (path.extension() == ".model" || (path.extension() == ".json" && !name.ends_with(".index.json"))) return readFile(path);
    QS_ASSIGN(const auto source, io::openModel(path, context));
    return tokenizerOf(*source, context);
}

} // namespace qs::model
