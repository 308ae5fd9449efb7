// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/tokenizer.h"

#include "core/model/tokenizers/unicode.h"

namespace qs::model {
namespace {

constexpr std::size_t kLongestText = std::size_t(1) << 30; // positions in a word are 32 bits

} // namespace

Tokenizer::Tokenizer(TokenizerParts parts) : m_parts(std::move(parts)), m_special(m_parts.texts.size())
{
    for (const auto& t : m_parts.added) {
        if (t.special && t.id >= 0 && static_cast<std::size_t>(t.id) < m_special.size()) m_special[static_cast<std::size_t>(t.id)] = true;
        if (!t.normalized) {
            m_raw.add(t, t.content);
            continue;
        }
        auto content = applyAll(m_parts.normalizers, t.content);
        m_normalized.add(t, content ? std::move(*content) : t.content);
    }
    m_raw.finish();
    m_normalized.finish();
}

Result<Tokenizer::Encoding> Tokenizer::encode(std::string_view text, bool special, bool withTokens) const
{
    if (const auto bad = unicode::firstBroken(text)) return fail(Error(ErrorCode::Malformed, "this text is not UTF-8").at(*bad));
    if (text.size() > kLongestText)
        return fail(Error(ErrorCode::Unsupported, "the text is too long for one call").wanted("at most 1 GiB").got(std::to_string(text.size()) + " bytes"));
    TokenSink sink;
    if (special) sink.ids = m_parts.before;
    bool first = true; // nothing of the text has been passed
    const auto put = [&](const TextPart& part) {
        if (part.text == part.token->content) sink.add(part.token->id);
        else sink.add(part.token->id, part.text);
        first = false;
    };
    for (const auto& part : m_raw.split(text)) {
        if (part.token) {
            put(part);
            continue;
        }
        QS_ASSIGN(const std::string rest, applyAll(m_parts.normalizers, std::string(part.text)));
        for (const auto& piece : m_normalized.split(rest)) {
            if (piece.token) {
                put(piece);
                continue;
            }
            QS_ASSIGN(const auto words, splitWords(m_parts.preTokenizers, std::string(piece.text), first));
            for (const auto& word : words) m_parts.model->encode(word, sink);
            first = false;
        }
        first = false;
    }
    if (special) sink.ids.insert(sink.ids.end(), m_parts.behind.begin(), m_parts.behind.end());
    Encoding out;
    if (withTokens) {
        out.tokens.reserve(sink.ids.size());
        auto shown = sink.shown.begin();
        for (std::size_t i = 0; i < sink.ids.size(); ++i) {
            if (shown != sink.shown.end() && shown->first == i) out.tokens.push_back(std::move((shown++)->second));
            else out.tokens.push_back(tokenText(sink.ids[i]));
        }
    }
    out.ids = std::move(sink.ids);
    return out;
}

Result<std::string> Tokenizer::decode(std::span<const std::int32_t> ids, bool skipSpecial) const
{
    std::vector<std::string> tokens;
    tokens.reserve(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::int32_t id = ids[i];
        if (id < 0 || id >= size() || !m_parts.known[static_cast<std::size_t>(id)])
            return fail(Error(ErrorCode::NotFound, "the vocabulary has no token " + std::to_string(id) + " (place " + std::to_string(i) + ")")
                            .wanted("ids below " + std::to_string(size())));
        if (skipSpecial && m_special[static_cast<std::size_t>(id)]) continue;
        const auto other = m_parts.decodedTexts.find(id);
        tokens.push_back(other != m_parts.decodedTexts.end() ? other->second : tokenText(id));
    }
    return joinTokens(m_parts.decoders, std::move(tokens));
}

} // namespace qs::model
