// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/unicode.h"
#include "core/model/tokenizers/word_model.h"

#include <algorithm>
#include <limits>

namespace qs::model {
namespace {

constexpr double kUnknownPenalty = 10; // below the lowest score

class Unigram final : public WordModel {
public:
    explicit Unigram(UnigramRules rules) : m_unknown(rules.unknown), m_bytes(std::move(rules.bytes)), m_single(rules.singlePrecision)
    {
        double low = std::numeric_limits<double>::infinity();
        m_pieces.reserve(rules.pieces.size());
        for (std::size_t i = 0; i < rules.pieces.size(); ++i) {
            const auto& [text, score] = rules.pieces[i];
            if (text.empty()) continue;
            low = std::min(low, score);
            m_longest = std::max(m_longest, text.size());
            m_pieces.try_emplace(text, Piece{static_cast<std::int32_t>(i), score});
        }
        m_unknownScore = rounded((low < std::numeric_limits<double>::infinity() ? low : 0) - kUnknownPenalty);
    }

    void encode(std::string_view word, TokenSink& out) const override
    {
        struct Best {
            double sum = 0;
            std::uint32_t begin = 0;
            std::int32_t id = -2; // -2: not reached; -1: unknown
        };
        std::vector<Best> best(word.size() + 1);
        best[0].id = 0;
        for (std::size_t i = 0; i < word.size(); i += unicode::sizeOf(word[i])) {
            const std::size_t first = unicode::sizeOf(word[i]);
            for (std::size_t n = first; n <= std::min(m_longest, word.size() - i); n += unicode::sizeOf(word[i + n])) {
                const auto it = m_pieces.find(word.substr(i, n));
                if (it != m_pieces.end()) reach(best, i, i + n, it->second.id, it->second.score);
                else if (n == first) reach(best, i, i + n, -1, m_unknownScore);
                if (i + n >= word.size()) break;
            }
            if (first > m_longest) reach(best, i, i + first, -1, m_unknownScore);
        }
        std::vector<std::pair<std::uint32_t, std::uint32_t>> path; // begin, end
        for (auto at = static_cast<std::uint32_t>(word.size()); at > 0; at = best[at].begin) path.emplace_back(best[at].begin, at);
        std::reverse(path.begin(), path.end());
        for (std::size_t k = 0; k < path.size();) {
            const std::int32_t id = best[path[k].second].id;
            std::size_t end = k + 1;
            if (id != -1 && id != m_unknown) {
                out.add(id);
            } else { // neighbouring unknowns are one
                while (end < path.size() && (best[path[end].second].id == -1 || best[path[end].second].id == m_unknown)) ++end;
                const std::string_view text = word.substr(path[k].first, path[end - 1].second - path[k].first);
                if (!m_bytes.empty())
                    for (const char b : text) out.add(m_bytes[static_cast<unsigned char>(b)]);
                else if (m_unknown >= 0) out.add(m_unknown, text);
            }
            k = end;
        }
    }

private:
    struct Piece {
        std::int32_t id;
        double score;
    };

    double rounded(double v) const { return m_single ? static_cast<double>(static_cast<float>(v)) : v; }

    template <class BestList>
    void reach(BestList& best, std::size_t from, std::size_t to, std::int32_t id, double score) const
    {
        const double sum = rounded(best[from].sum + score);
        auto& b = best[to];
        if (b.id != -2 && !(sum > b.sum)) return; // of equal sums the first found stays
        b.sum = sum;
        b.begin = static_cast<std::uint32_t>(from);
        b.id = id;
    }

    std::unordered_map<std::string, Piece, TextHash, std::equal_to<>> m_pieces;
    std::int32_t m_unknown;
    std::vector<std::int32_t> m_bytes;
    bool m_single;
    std::size_t m_longest = 0; // bytes
    double m_unknownScore = 0;
};

} // namespace

std::unique_ptr<const WordModel> makeUnigram(UnigramRules rules) { return std::make_unique<Unigram>(std::move(rules)); }

} // namespace qs::model
