// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/unicode.h"
#include "core/model/tokenizers/word_model.h"

#include <algorithm>

namespace qs::model {
namespace {

class WordPiece final : public WordModel {
public:
    WordPiece(WordPieceRules rules, std::int32_t unknown) : m(std::move(rules)), m_unknown(unknown)
    {
        for (const auto& [text, id] : m.vocabulary) m_longest = std::max(m_longest, text.size());
    }

    void encode(std::string_view word, TokenSink& out) const override
    {
        if (unicode::length(word) > m.longestWord) return out.add(m_unknown);
        const std::size_t before = out.ids.size();
        std::string piece;
        for (std::size_t begin = 0; begin < word.size();) {
            piece = begin == 0 ? std::string() : m.continuingPrefix;
            const std::size_t prefix = piece.size();
            piece += word.substr(begin);
            std::int32_t id = -1;
            while (piece.size() > prefix) {
                if (piece.size() <= m_longest)
                    if (const auto it = m.vocabulary.find(piece); it != m.vocabulary.end()) {
                        id = it->second;
                        break;
                    }
                std::size_t end = piece.size();
                unicode::previous(piece, end);
                piece.resize(end);
            }
            if (id < 0) { // the whole word is unknown
                out.ids.resize(before);
                return out.add(m_unknown);
            }
            out.add(id);
            begin += piece.size() - prefix;
        }
    }

private:
    WordPieceRules m;
    std::int32_t m_unknown;
    std::size_t m_longest = 0;
};

} // namespace

Result<std::unique_ptr<const WordModel>> makeWordPiece(WordPieceRules rules)
{
    const auto it = rules.vocabulary.find(rules.unknown);
    if (it == rules.vocabulary.end())
        return fail(Error(ErrorCode::Malformed, "the unknown token is not in the vocabulary").got(rules.unknown.substr(0, 128)));
    const std::int32_t unknown = it->second;
    return std::unique_ptr<const WordModel>(std::make_unique<WordPiece>(std::move(rules), unknown));
}

} // namespace qs::model
