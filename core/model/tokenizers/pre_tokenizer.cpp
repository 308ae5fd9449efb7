// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/pre_tokenizer.h"

#include "core/model/tokenizers/regex.h"
#include "core/model/tokenizers/unicode.h"

#include <algorithm>
#include <array>

namespace qs::model {

const char* const kGpt2Regex = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

namespace {

// The pieces of a word with its delimiters marked, joined as the behaviour says.
void joinSlices(const std::vector<Slice>& slices, bool invert, SplitBehavior behavior, std::string_view word, std::vector<std::string>& out)
{
    const auto put = [&](std::size_t begin, std::size_t end) {
        if (end > begin) out.emplace_back(word.substr(begin, end - begin));
    };
    std::size_t open = 0;      // begin of what waits to be put
    bool waiting = false;
    bool lastDelimiter = false;
    for (const auto& s : slices) {
        const bool delimiter = s.match != invert;
        switch (behavior) {
        case SplitBehavior::Isolated: put(s.begin, s.end); break;
        case SplitBehavior::Removed:
            if (!delimiter) put(s.begin, s.end);
            break;
        case SplitBehavior::Contiguous:
            if (waiting && delimiter != lastDelimiter) {
                put(open, s.begin);
                open = s.begin;
            } else if (!waiting) {
                open = s.begin;
            }
            waiting = true;
            break;
        case SplitBehavior::MergedWithPrevious:
            if (delimiter) { // a second one has nothing before it
                put(waiting ? open : s.begin, s.end);
                waiting = false;
            } else {
                if (waiting) put(open, s.begin);
                open = s.begin;
                waiting = true;
            }
            break;
        case SplitBehavior::MergedWithNext:
            if (delimiter) {
                if (waiting) put(open, s.begin);
                open = s.begin;
                waiting = true;
            } else {
                put(waiting ? open : s.begin, s.end);
                waiting = false;
            }
            break;
        }
        lastDelimiter = delimiter;
    }
    if (waiting) put(open, word.size());
}

// A step that looks at one word at a time.
template <class F>
class EachWord final : public PreTokenizer {
public:
    explicit EachWord(F f) : m_f(std::move(f)) {}
    Result<std::vector<std::string>> apply(std::vector<std::string> words, bool first) const override
    {
        std::vector<std::string> out;
        out.reserve(words.size());
        for (auto& word : words) {
            QS_TRY(m_f(word, first && &word == words.data(), out));
        }
        return out;
    }

private:
    F m_f;
};

template <class F>
std::unique_ptr<const PreTokenizer> eachWord(F f)
{
    return std::make_unique<EachWord<F>>(std::move(f));
}

// A step that splits where a class of characters is; the characters of the class, one by one, are the delimiters.
template <class Is>
std::unique_ptr<const PreTokenizer> atCharacters(Is is, SplitBehavior behavior)
{
    return eachWord([is, behavior](const std::string& word, bool, std::vector<std::string>& out) -> Status {
        std::vector<Slice> slices;
        std::size_t last = 0;
        for (std::size_t i = 0; i < word.size();) {
            const std::size_t begin = i;
            if (!is(unicode::next(word, i))) continue;
            if (begin > last) slices.push_back({last, begin, false});
            slices.push_back({begin, i, true});
            last = i;
        }
        if (last < word.size()) slices.push_back({last, word.size(), false});
        joinSlices(slices, false, behavior, word, out);
        return {};
    });
}

bool isBertPunctuation(char32_t c)
{
    return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126) || unicode::isPunctuation(c);
}

struct ByteTable {
    std::array<char32_t, 256> character{};
    std::array<int, 512> byte{};
    ByteTable()
    {
        byte.fill(-1);
        char32_t extra = 256;
        for (unsigned b = 0; b < 256; ++b) {
            const bool same = (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            character[b] = same ? b : extra++;
            byte[character[b]] = static_cast<int>(b);
        }
    }
};

const ByteTable& byteTable()
{
    static const ByteTable table;
    return table;
}

} // namespace

char32_t byteCharacter(unsigned char byte) { return byteTable().character[byte]; }
int characterByte(char32_t c) { return c < 512 ? byteTable().byte[c] : -1; }

Result<std::vector<std::string>> splitWords(const PreTokenizers& steps, std::string text, bool first)
{
    std::vector<std::string> words;
    if (text.empty()) return words;
    words.push_back(std::move(text));
    for (const auto& step : steps) {
        QS_ASSIGN(words, step->apply(std::move(words), first));
    }
    std::erase_if(words, [](const std::string& w) { return w.empty(); });
    return words;
}

Result<std::unique_ptr<const PreTokenizer>> makeRegexSplit(std::string_view pattern, SplitBehavior behavior, bool invert)
{
    QS_ASSIGN(Regex regex, Regex::compile(pattern));
    return eachWord([regex = std::move(regex), behavior, invert](const std::string& word, bool, std::vector<std::string>& out) -> Status {
        QS_ASSIGN(const auto slices, regex.split(word));
        joinSlices(slices, invert, behavior, word, out);
        return {};
    });
}

std::unique_ptr<const PreTokenizer> makeStringSplit(std::string what, SplitBehavior behavior, bool invert)
{
    return eachWord([what = std::move(what), behavior, invert](const std::string& word, bool, std::vector<std::string>& out) -> Status {
        std::vector<Slice> slices;
        std::size_t last = 0;
        for (std::size_t hit = what.empty() ? std::string::npos : word.find(what); hit != std::string::npos; hit = word.find(what, last)) {
            if (hit > last) slices.push_back({last, hit, false});
            slices.push_back({hit, hit + what.size(), true});
            last = hit + what.size();
        }
        if (last < word.size()) slices.push_back({last, word.size(), false});
        joinSlices(slices, invert, behavior, word, out);
        return {};
    });
}

Result<std::unique_ptr<const PreTokenizer>> makeByteLevel(bool addPrefixSpace, bool useRegex)
{
    QS_ASSIGN(Regex regex, Regex::compile(kGpt2Regex));
    return eachWord([regex = std::move(regex), addPrefixSpace, useRegex](std::string& word, bool, std::vector<std::string>& out) -> Status {
        if (addPrefixSpace && !word.starts_with(' ')) word.insert(word.begin(), ' ');
        std::vector<Slice> slices{{0, word.size(), true}};
        if (useRegex) {
            QS_ASSIGN(slices, regex.split(word));
        }
        for (const auto& s : slices) {
            std::string mapped;
            mapped.reserve(2 * (s.end - s.begin));
            for (std::size_t i = s.begin; i < s.end; ++i) unicode::append(mapped, byteCharacter(static_cast<unsigned char>(word[i])));
            out.push_back(std::move(mapped));
        }
        return {};
    });
}

std::unique_ptr<const PreTokenizer> makeMetaspace(std::string replacement, PrependScheme scheme, bool split)
{
    return eachWord([replacement = std::move(replacement), scheme, split](const std::string& word, bool first, std::vector<std::string>& out) -> Status {
        std::string text = unicode::replaced(word, " ", replacement);
        if (!text.starts_with(replacement) && (scheme == PrependScheme::Always || (scheme == PrependScheme::First && first)))
            text.insert(0, replacement);
        if (!split || replacement.empty()) {
            out.push_back(std::move(text));
            return {};
        }
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find(replacement, text.compare(at, replacement.size(), replacement) == 0 ? at + replacement.size() : at), text.size());
            out.push_back(text.substr(at, end - at));
            at = end;
        }
        return {};
    });
}

std::unique_ptr<const PreTokenizer> makeBertWords()
{
    return eachWord([](const std::string& word, bool, std::vector<std::string>& out) -> Status {
        std::size_t open = 0;
        const auto put = [&](std::size_t end) {
            if (end > open) out.push_back(word.substr(open, end - open));
        };
        for (std::size_t i = 0; i < word.size();) {
            const std::size_t begin = i;
            const char32_t c = unicode::next(word, i);
            const bool space = unicode::isSpace(c);
            if (!space && !isBertPunctuation(c)) continue;
            put(begin);
            if (!space) out.push_back(word.substr(begin, i - begin));
            open = i;
        }
        put(word.size());
        return {};
    });
}

std::unique_ptr<const PreTokenizer> makeWhitespaceSplit() { return atCharacters(unicode::isSpace, SplitBehavior::Removed); }
std::unique_ptr<const PreTokenizer> makePunctuation(SplitBehavior behavior) { return atCharacters(isBertPunctuation, behavior); }
std::unique_ptr<const PreTokenizer> makeDigits(bool individual)
{
    return atCharacters(unicode::isNumber, individual ? SplitBehavior::Isolated : SplitBehavior::Contiguous);
}

} // namespace qs::model
