// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/unicode.h"
#include "core/model/tokenizers/word_model.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <queue>
#include <unordered_set>

namespace qs::model {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

// One symbol of a word in a doubly linked list; a joined one lies at its left part's place.
struct Symbol {
    std::int32_t id = -1;
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    std::uint32_t begin = 0; // bytes of the word
    std::uint32_t size = 0;  // 0: joined into its left neighbour
    bool frozen = false;
};

void link(std::vector<Symbol>& symbols)
{
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        symbols[i].previous = i == 0 ? kNone : static_cast<std::uint32_t>(i - 1);
        symbols[i].next = i + 1 == symbols.size() ? kNone : static_cast<std::uint32_t>(i + 1);
    }
}

// Joins b = a.next into a.
void join(std::vector<Symbol>& symbols, std::uint32_t a)
{
    Symbol& left = symbols[a];
    Symbol& right = symbols[left.next];
    left.size += right.size;
    right.size = 0;
    right.id = -1;
    left.next = right.next;
    if (left.next != kNone) symbols[left.next].previous = a;
}

class Bpe final : public WordModel {
public:
    static Result<std::unique_ptr<const WordModel>> make(BpeRules rules)
    {
        auto out = std::unique_ptr<Bpe>(new Bpe(std::move(rules)));
        BpeRules& r = out->m_rules;
        const auto idOf = [&](std::string_view text) {
            const auto it = r.vocabulary.find(text);
            return it == r.vocabulary.end() ? -1 : it->second;
        };
        out->m_merges.reserve(2 * r.merges.size());
        std::uint32_t rank = 0;
        for (const auto& [a, b] : r.merges) {
            const std::int32_t left = idOf(a);
            const std::int32_t right = idOf(b);
            const bool continued = !r.continuingPrefix.empty() && b.starts_with(r.continuingPrefix);
            const std::int32_t both = idOf(a + (continued ? b.substr(r.continuingPrefix.size()) : b));
            if (left < 0 || right < 0 || both < 0)
                return fail(Error(ErrorCode::Malformed, "a merge names text that is no token").got((a + " " + b).substr(0, 128)));
            out->m_merges.insert_or_assign(key(left, right), Merge{rank++, both});
        }
        r.merges.clear();
        r.merges.shrink_to_fit();
        if (r.byteFallback)
            for (unsigned b = 0; b < 256; ++b) out->m_bytes[b] = idOf(byteTokenText(b));
        if (!r.unknown.empty()) {
            out->m_unknown = idOf(r.unknown);
            if (out->m_unknown < 0) return fail(Error(ErrorCode::Malformed, "the unknown token is not in the vocabulary").got(r.unknown.substr(0, 128)));
        }
        return std::unique_ptr<const WordModel>(std::move(out));
    }

    void encode(std::string_view word, TokenSink& out) const override
    {
        if (m_rules.ignoreMerges)
            if (const auto it = m_rules.vocabulary.find(word); it != m_rules.vocabulary.end()) return out.add(it->second);
        std::vector<Symbol> symbols = split(word);
        link(symbols);
        // (rank, position): the smallest is joined next; entries that no longer describe a pair are passed over.
        struct Pair {
            std::uint32_t rank, at;
            std::int32_t joined;
            std::uint32_t size; // of both, to see whether one has changed
            bool operator>(const Pair& o) const { return rank != o.rank ? rank > o.rank : at > o.at; }
        };
        std::priority_queue<Pair, std::vector<Pair>, std::greater<>> queue;
        const auto offer = [&](std::uint32_t a) {
            if (a == kNone || symbols[a].next == kNone) return;
            const Symbol& right = symbols[symbols[a].next];
            const auto it = m_merges.find(key(symbols[a].id, right.id));
            if (it != m_merges.end()) queue.push({it->second.rank, a, it->second.joined, symbols[a].size + right.size});
        };
        for (std::uint32_t i = 0; i + 1 < symbols.size(); ++i) offer(i);
        while (!queue.empty()) {
            const Pair p = queue.top();
            queue.pop();
            Symbol& left = symbols[p.at];
            if (left.size == 0 || left.next == kNone || left.size + symbols[left.next].size != p.size) continue;
            const auto it = m_merges.find(key(left.id, symbols[left.next].id));
            if (it == m_merges.end() || it->second.rank != p.rank) continue;
            join(symbols, p.at);
            left.id = p.joined;
            offer(left.previous);
            offer(p.at);
        }
        for (const Symbol& s : symbols)
            if (s.size > 0) out.add(s.id);
    }

private:
    struct Merge {
        std::uint32_t rank;
        std::int32_t joined;
    };
    explicit Bpe(BpeRules rules) : m_rules(std::move(rules)) { m_bytes.fill(-1); }

    static std::uint64_t key(std::int32_t a, std::int32_t b)
    {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(a)) << 32 | static_cast<std::uint32_t>(b);
    }

    std::vector<Symbol> split(std::string_view word) const
    {
        std::vector<Symbol> symbols;
        symbols.reserve(word.size());
        std::string text;
        bool unknown = false; // the symbol before is unknown
        for (std::size_t i = 0; i < word.size();) {
            const std::size_t begin = i;
            i += unicode::sizeOf(word[i]);
            std::string_view c = word.substr(begin, i - begin);
            if (!m_rules.continuingPrefix.empty() || !m_rules.endSuffix.empty()) {
                text = (begin > 0 ? m_rules.continuingPrefix : std::string()) + std::string(c);
                if (i == word.size()) text += m_rules.endSuffix;
                c = text;
            }
            Symbol s;
            s.begin = static_cast<std::uint32_t>(begin);
            s.size = static_cast<std::uint32_t>(i - begin);
            if (const auto it = m_rules.vocabulary.find(c); it != m_rules.vocabulary.end()) {
                s.id = it->second;
                symbols.push_back(s);
                unknown = false;
                continue;
            }
            const auto whole = [&] {
                return std::all_of(c.begin(), c.end(), [&](char b) { return m_bytes[static_cast<unsigned char>(b)] >= 0; });
            };
            if (m_rules.byteFallback && whole()) {
                for (const char b : c) { // one byte of the list's size each, so that a symbol never looks joined
                    s.id = m_bytes[static_cast<unsigned char>(b)];
                    s.size = 1;
                    symbols.push_back(s);
                    ++s.begin;
                }
                unknown = false;
                continue;
            }
            if (m_unknown < 0) continue;
            if (unknown && m_rules.fuseUnknown) {
                symbols.back().size += s.size;
            } else {
                s.id = m_unknown;
                symbols.push_back(s);
            }
            unknown = true;
        }
        return symbols;
    }

    BpeRules m_rules;
    std::unordered_map<std::uint64_t, Merge> m_merges;
    std::array<std::int32_t, 256> m_bytes{};
    std::int32_t m_unknown = -1;
};

class ScoredBpe final : public WordModel {
public:
    explicit ScoredBpe(ScoredPieces p) : m(std::move(p))
    {
        for (const auto& d : m.defined) {
            m_defined.insert(d);
            m_longestDefined = std::max(m_longestDefined, d.size());
        }
        m_hasUnused = std::find(m.unused.begin(), m.unused.end(), true) != m.unused.end();
    }

    void encode(std::string_view word, TokenSink& out) const override
    {
        std::vector<Symbol> symbols = split(word);
        link(symbols);
        struct Pair {
            float score;
            std::uint32_t at, size;
            bool operator<(const Pair& o) const { return score != o.score ? score < o.score : at > o.at; }
        };
        std::priority_queue<Pair> queue;
        // Pieces that are unused are joined all the same and broken up at the end: what was joined to make them.
        std::unordered_map<std::string_view, std::pair<std::string_view, std::string_view>> parts;
        const auto offer = [&](std::uint32_t a) {
            if (a == kNone || symbols[a].next == kNone || symbols[a].frozen) return;
            const Symbol& right = symbols[symbols[a].next];
            if (right.frozen) return;
            const std::string_view both = word.substr(symbols[a].begin, symbols[a].size + right.size);
            const auto it = m.pieces.find(both);
            if (it == m.pieces.end()) return;
            queue.push({scoreOf(it->second), a, symbols[a].size + right.size});
            if (m_hasUnused && isUnused(it->second))
                parts.insert_or_assign(both, std::pair(word.substr(symbols[a].begin, symbols[a].size), word.substr(right.begin, right.size)));
        };
        for (std::uint32_t i = 0; i + 1 < symbols.size(); ++i) offer(i);
        while (!queue.empty()) {
            const Pair p = queue.top();
            queue.pop();
            Symbol& left = symbols[p.at];
            if (left.size == 0 || left.next == kNone || left.size + symbols[left.next].size != p.size) continue;
            join(symbols, p.at);
            offer(left.previous);
            offer(p.at);
        }
        bool unknown = false;
        for (const Symbol& s : symbols)
            if (s.size > 0) emit(word.substr(s.begin, s.size), parts, out, unknown);
    }

private:
    using Parts = std::unordered_map<std::string_view, std::pair<std::string_view, std::string_view>>;

    float scoreOf(std::int32_t id) const
    {
        return static_cast<std::size_t>(id) < m.scores.size() ? m.scores[static_cast<std::size_t>(id)] : 0.0F;
    }
    bool isUnused(std::int32_t id) const { return static_cast<std::size_t>(id) < m.unused.size() && m.unused[static_cast<std::size_t>(id)]; }

    void emit(std::string_view text, const Parts& parts, TokenSink& out, bool& unknown) const
    {
        const auto it = m.pieces.find(text);
        if (it != m.pieces.end() && isUnused(it->second)) {
            if (const auto p = parts.find(text); p != parts.end()) { // both parts are shorter
                emit(p->second.first, parts, out, unknown);
                emit(p->second.second, parts, out, unknown);
                return;
            }
        }
        if (it != m.pieces.end()) {
            out.add(it->second);
            unknown = false;
        } else if (!m.bytes.empty()) {
            for (const char b : text) out.add(m.bytes[static_cast<unsigned char>(b)]);
            unknown = false;
        } else if (m.unknown >= 0) {
            if (unknown) out.shown.back().second += text;
            else out.add(m.unknown, text);
            unknown = true;
        }
    }

    std::vector<Symbol> split(std::string_view word) const
    {
        std::vector<Symbol> symbols;
        symbols.reserve(word.size());
        for (std::size_t i = 0; i < word.size();) {
            Symbol s;
            s.begin = static_cast<std::uint32_t>(i);
            std::size_t n = 0;
            for (std::size_t k = std::min(m_longestDefined, word.size() - i); k > 0 && n == 0; --k)
                if (m_defined.contains(word.substr(i, k))) n = k;
            s.frozen = n > 0;
            if (n == 0) n = unicode::sizeOf(word[i]);
            s.size = static_cast<std::uint32_t>(n);
            symbols.push_back(s);
            i += n;
        }
        return symbols;
    }

    ScoredPieces m;
    std::unordered_set<std::string, TextHash, std::equal_to<>> m_defined;
    std::size_t m_longestDefined = 0;
    bool m_hasUnused = false;
};

} // namespace

std::string byteTokenText(unsigned byte)
{
    char text[8];
    std::snprintf(text, sizeof text, "<0x%02X>", byte & 255U);
    return text;
}

int byteOfToken(std::string_view t)
{
    if (t.size() != 6 || !t.starts_with("<0x") || t[5] != '>') return -1;
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
    const int high = digit(t[3]);
    const int low = digit(t[4]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

Result<std::unique_ptr<const WordModel>> makeBpe(BpeRules rules) { return Bpe::make(std::move(rules)); }
std::unique_ptr<const WordModel> makeScoredBpe(ScoredPieces pieces) { return std::make_unique<ScoredBpe>(std::move(pieces)); }

} // namespace qs::model
