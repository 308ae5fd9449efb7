// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/decoder.h"

#include "core/model/tokenizers/pre_tokenizer.h"
#include "core/model/tokenizers/unicode.h"
#include "core/model/tokenizers/word_model.h"

namespace qs::model {
namespace {

using Tokens = std::vector<std::string>;
constexpr const char* kReplacement = "\xEF\xBF\xBD";

template <class F>
class Simple final : public TokenDecoder {
public:
    explicit Simple(F f) : m_f(std::move(f)) {}
    Tokens apply(Tokens tokens) const override { return m_f(std::move(tokens)); }

private:
    F m_f;
};

template <class F>
std::unique_ptr<const TokenDecoder> simple(F f)
{
    return std::make_unique<Simple<F>>(std::move(f));
}

void appendBytes(std::string& out, const std::string& token)
{
    std::string bytes;
    for (std::size_t i = 0; i < token.size();) {
        const int b = characterByte(unicode::next(token, i));
        if (b < 0) {
            out += token;
            return;
        }
        bytes.push_back(static_cast<char>(static_cast<unsigned char>(b)));
    }
    out += bytes;
}

} // namespace

std::string joinTokens(const TokenDecoders& steps, Tokens tokens)
{
    for (const auto& step : steps) tokens = step->apply(std::move(tokens));
    std::string out;
    for (const auto& t : tokens) out += t;
    return unicode::repaired(out);
}

std::unique_ptr<const TokenDecoder> makeByteLevelDecoder()
{
    return simple([](const Tokens& tokens) {
        std::string bytes;
        for (const auto& t : tokens) appendBytes(bytes, t);
        return Tokens{unicode::repaired(bytes)};
    });
}

std::unique_ptr<const TokenDecoder> makeReplaceDecoder(std::string what, std::string with)
{
    return simple([what = std::move(what), with = std::move(with)](Tokens tokens) {
        for (auto& t : tokens) t = unicode::replaced(t, what, with);
        return tokens;
    });
}

std::unique_ptr<const TokenDecoder> makeByteFallbackDecoder(bool each)
{
    return simple([each](const Tokens& tokens) {
        Tokens out;
        std::string run;
        const auto flush = [&] {
            for (std::size_t i = 0; i < run.size();) {
                const auto bad = unicode::firstBroken(std::string_view(run).substr(i));
                if (!bad) {
                    out.push_back(run.substr(i));
                    break;
                }
                if (!each) {
                    out.insert(out.end(), run.size(), kReplacement);
                    break;
                }
                out.push_back(run.substr(i, *bad));
                out.emplace_back(kReplacement); // one byte at a time
                i += *bad + 1;
            }
            run.clear();
        };
        for (const auto& t : tokens) {
            const int b = byteOfToken(t);
            if (b >= 0) {
                run.push_back(static_cast<char>(static_cast<unsigned char>(b)));
                continue;
            }
            flush();
            out.push_back(t);
        }
        flush();
        return out;
    });
}

std::unique_ptr<const TokenDecoder> makeFuseDecoder()
{
    return simple([](const Tokens& tokens) {
        std::string all;
        for (const auto& t : tokens) all += t;
        return Tokens{all};
    });
}

std::unique_ptr<const TokenDecoder> makeDummyPrefixDecoder(std::string space)
{
    return simple([space = std::move(space)](Tokens tokens) {
        for (auto& t : tokens) {
            if (t.empty()) continue;
            if (t.starts_with(space)) t.erase(0, space.size());
            break;
        }
        return tokens;
    });
}

std::unique_ptr<const TokenDecoder> makeJoinDecoder(std::string between)
{
    return simple([between = std::move(between)](const Tokens& tokens) {
        std::string all;
        for (std::size_t k = 0; k < tokens.size(); ++k) all += (k > 0 ? between : std::string()) + tokens[k];
        return Tokens{all};
    });
}

std::unique_ptr<const TokenDecoder> makeStripDecoder(std::string what, std::size_t start, std::size_t stop)
{
    return simple([what = std::move(what), start, stop](Tokens tokens) {
        for (auto& t : tokens) {
            for (std::size_t k = 0; k < start && !what.empty() && t.starts_with(what); ++k) t.erase(0, what.size());
            for (std::size_t k = 0; k < stop && !what.empty() && t.ends_with(what); ++k) t.resize(t.size() - what.size());
        }
        return tokens;
    });
}

std::unique_ptr<const TokenDecoder> makeMetaspaceDecoder(std::string replacement, bool dropFirst)
{
    return simple([replacement = std::move(replacement), dropFirst](Tokens tokens) {
        for (std::size_t k = 0; k < tokens.size(); ++k) {
            tokens[k] = unicode::replaced(tokens[k], replacement, k == 0 && dropFirst ? "" : " ");
        }
        return tokens;
    });
}

std::unique_ptr<const TokenDecoder> makeWordPieceDecoder(std::string prefix, bool cleanup)
{
    return simple([prefix = std::move(prefix), cleanup](Tokens tokens) {
        for (std::size_t k = 0; k < tokens.size(); ++k) {
            std::string& t = tokens[k];
            if (k > 0) t = t.starts_with(prefix) ? t.substr(prefix.size()) : " " + t;
            if (!cleanup) continue;
            for (const auto& [a, b] : {std::pair(" .", "."), {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"}, {" 'm", "'m"},
                                       {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}})
                t = unicode::replaced(t, a, b);
        }
        return tokens;
    });
}

std::unique_ptr<const TokenDecoder> makeSuffixDecoder(std::string suffix)
{
    return simple([suffix = std::move(suffix)](Tokens tokens) {
        for (std::size_t k = 0; k < tokens.size(); ++k) tokens[k] = unicode::replaced(tokens[k], suffix, k + 1 == tokens.size() ? "" : " ");
        return tokens;
    });
}

} // namespace qs::model
