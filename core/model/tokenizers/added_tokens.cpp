// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/added_tokens.h"

#include "core/model/tokenizers/unicode.h"

#include <algorithm>

namespace qs::model {
namespace {

unsigned char firstByte(std::string_view s) { return static_cast<unsigned char>(s[0]); }

} // namespace

void AddedTokenFinder::add(const AddedToken& token, std::string content)
{
    if (!content.empty()) m_entries.push_back({std::move(content), &token});
}

void AddedTokenFinder::finish()
{
    // Longest first within a first byte, so that the first hit is the longest; the earliest of equal tokens stays.
    std::stable_sort(m_entries.begin(), m_entries.end(), [](const Entry& a, const Entry& b) {
        if (firstByte(a.content) != firstByte(b.content)) return firstByte(a.content) < firstByte(b.content);
        return a.content.size() > b.content.size();
    });
    m_byFirst.fill({0, 0});
    for (std::uint32_t i = 0; i < m_entries.size(); ++i) {
        auto& range = m_byFirst[firstByte(m_entries[i].content)];
        if (range.second == 0) range.first = i;
        range.second = i + 1;
    }
}

std::vector<TextPart> AddedTokenFinder::split(std::string_view text) const
{
    std::vector<TextPart> out;
    std::size_t start = 0; // end of the last match
    for (std::size_t i = 0; i < text.size() && !m_entries.empty();) {
        const auto [low, high] = m_byFirst[firstByte(text.substr(i))];
        const Entry* hit = nullptr;
        for (std::uint32_t k = low; k < high && !hit; ++k)
            if (text.substr(i).starts_with(m_entries[k].content)) hit = &m_entries[k];
        if (!hit) {
            ++i;
            continue;
        }
        std::size_t begin = i;
        std::size_t end = i + hit->content.size();
        i = end;
        const AddedToken& t = *hit->token;
        if (t.singleWord) {
            std::size_t before = begin;
            std::size_t behind = end;
            if ((begin > 0 && unicode::isWord(unicode::previous(text, before))) || (end < text.size() && unicode::isWord(unicode::next(text, behind))))
                continue;
        }
        if (begin < start) continue; // the match before it has taken its beginning
        for (std::size_t at = begin; t.leftStrip && at > start && unicode::isSpace(unicode::previous(text, at));) begin = at;
        for (std::size_t at = end; t.rightStrip && at < text.size() && unicode::isSpace(unicode::next(text, at));) end = at;
        if (begin > start) out.push_back({text.substr(start, begin - start), nullptr});
        out.push_back({text.substr(begin, end - begin), &t});
        start = end;
    }
    if (start < text.size()) out.push_back({text.substr(start), nullptr});
    return out;
}

} // namespace qs::model
