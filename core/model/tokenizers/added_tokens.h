// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qs::model {

/// A token that is found in a text as it is, before words are made.
struct AddedToken {
    std::int32_t id = 0;
    std::string content;
    bool singleWord = false; ///< only where neither neighbour is a word character
    bool leftStrip = false;  ///< takes the white space before it along
    bool rightStrip = false; ///< and behind it
    bool normalized = false; ///< is looked for in the normalized text
    bool special = false;    ///< decoding may leave it out
};

/// A part of a text: an added token or what is between two.
struct TextPart {
    std::string_view text;
    const AddedToken* token = nullptr;
};

/// Finds added tokens: the leftmost, of those the longest.
class AddedTokenFinder {
public:
    /// `tokens` must outlive the finder. Empty contents never match.
    void add(const AddedToken& token, std::string content);
    void finish(); ///< after the last add()
    /// The whole text in order, no empty parts.
    std::vector<TextPart> split(std::string_view text) const;

private:
    struct Entry {
        std::string content;
        const AddedToken* token;
    };
    std::vector<Entry> m_entries;                          // by first byte, longest first
    std::array<std::pair<std::uint32_t, std::uint32_t>, 256> m_byFirst{}; // [begin, end) in m_entries
};

} // namespace qs::model
