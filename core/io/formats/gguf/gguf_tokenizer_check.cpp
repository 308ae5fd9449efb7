// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/gguf/gguf_header.h"

namespace qs::io::gguf {

Status checkTokenizer(const Header& header, const std::filesystem::path& file)
{
    constexpr std::string_view kPrefix = "tokenizer.ggml.";
    const auto bad = [&](const MetaEntry& e, std::string rule) {
        return Error(ErrorCode::Malformed, "metadata '" + e.key + "' " + std::move(rule))
            .inFile(file.string())
            .at(e.offset);
    };
    const auto described = [](const MetaEntry& e) { return (e.isArray ? "array of " : "") + e.type; };
    const MetaEntry* tokens = header.find("tokenizer.ggml.tokens");
    struct Rule {
        const char* key;
        const char* element;
        bool perToken;
    };
    for (const Rule& rule : {Rule{"tokenizer.ggml.tokens", "string", true}, Rule{"tokenizer.ggml.scores", "f32", true},
                             Rule{"tokenizer.ggml.token_type", "i32", true},
                             Rule{"tokenizer.ggml.merges", "string", false}}) {
        const MetaEntry* e = header.find(rule.key);
        if (!e) continue;
        if (!e->isArray || e->type != rule.element)
            return fail(bad(*e, "has the wrong type").wanted(std::string("array of ") + rule.element).got(described(*e)));
        if (!rule.perToken) continue;
        if (!tokens) return fail(bad(*e, "stands without tokenizer.ggml.tokens"));
        if (e->count != tokens->count)
            return fail(bad(*e, "differs in length from tokenizer.ggml.tokens")
                            .wanted(std::to_string(tokens->count))
                            .got(std::to_string(e->count)));
    }
    for (const MetaEntry& e : header.metadata) {
        if (!e.key.starts_with(kPrefix)) continue;
        if (e.key == "tokenizer.ggml.model" && !textValue(e))
            return fail(bad(e, "has the wrong type").wanted("string").got(described(e)));
        if (!e.key.ends_with("_token_id")) continue;
        const auto id = unsignedValue(e);
        if (!id) return fail(bad(e, "is not a token id").wanted("u32").got(described(e)));
        if (tokens && *id >= tokens->count)
            return fail(bad(e, "is outside the vocabulary")
                            .wanted("below " + std::to_string(tokens->count))
                            .got(std::to_string(*id)));
    }
    return {};
}

} // namespace qs::io::gguf
