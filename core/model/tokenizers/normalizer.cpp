// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/normalizer.h"

#include "core/model/tokenizers/regex.h"
#include "core/model/tokenizers/unicode.h"

namespace qs::model {
namespace {

template <class F>
class Simple final : public Normalizer {
public:
    explicit Simple(F f) : m_f(std::move(f)) {}
    Result<std::string> apply(std::string text) const override { return m_f(std::move(text)); }

private:
    F m_f;
};

template <class F>
std::unique_ptr<const Normalizer> simple(F f)
{
    return std::make_unique<Simple<F>>(std::move(f));
}

template <class F>
std::string eachCodePoint(std::string_view text, F&& f)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) f(out, unicode::next(text, i));
    return out;
}

std::string withoutAccents(std::string_view text)
{
    return eachCodePoint(text, [](std::string& out, char32_t c) {
        if (c < 0x300 || !unicode::isNonspacing(c)) unicode::append(out, c);
    });
}

bool isIdeograph(char32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F)
        || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

} // namespace

Result<std::string> applyAll(const Normalizers& steps, std::string text)
{
    for (const auto& step : steps) {
        QS_ASSIGN(text, step->apply(std::move(text)));
    }
    return text;
}

std::unique_ptr<const Normalizer> makePrepend(std::string what)
{
    return simple([what = std::move(what)](std::string text) { return text.empty() ? text : what + text; });
}

std::unique_ptr<const Normalizer> makeReplace(std::string what, std::string with)
{
    return simple([what = std::move(what), with = std::move(with)](std::string text) { return unicode::replaced(text, what, with); });
}

Result<std::unique_ptr<const Normalizer>> makeRegexReplace(std::string_view pattern, std::string with)
{
    QS_ASSIGN(Regex regex, Regex::compile(pattern));
    return simple([regex = std::move(regex), with = std::move(with)](const std::string& text) -> Result<std::string> {
        QS_ASSIGN(const auto slices, regex.split(text));
        std::string out;
        for (const auto& s : slices) {
            if (s.match) out += with;
            else out.append(text, s.begin, s.end - s.begin);
        }
        return out;
    });
}

std::unique_ptr<const Normalizer> makeUnicodeForm(UnicodeForm form)
{
    return simple([form](const std::string& text) { return unicode::normalized(text, static_cast<unicode::Form>(form)); });
}

std::unique_ptr<const Normalizer> makeLowercase()
{
    return simple([](const std::string& text) { return unicode::lower(text); });
}

std::unique_ptr<const Normalizer> makeStripAccents()
{
    return simple([](const std::string& text) { return withoutAccents(text); });
}

std::unique_ptr<const Normalizer> makeStrip(bool left, bool right)
{
    return simple([left, right](const std::string& text) {
        std::size_t begin = 0;
        std::size_t end = text.size();
        for (std::size_t i = 0; left && i < end;) {
            if (!unicode::isSpace(unicode::next(text, i))) break;
            begin = i;
        }
        for (std::size_t i = end; right && i > begin;) {
            if (!unicode::isSpace(unicode::previous(text, i))) break;
            end = i;
        }
        return text.substr(begin, end - begin);
    });
}

std::unique_ptr<const Normalizer> makeSingleSpaces()
{
    return simple([](const std::string& text) {
        std::string out;
        for (const char c : text)
            if (c != ' ' || (!out.empty() && out.back() != ' ')) out.push_back(c);
        if (!out.empty() && out.back() == ' ') out.pop_back();
        return out;
    });
}

std::unique_ptr<const Normalizer> makeBert(const BertOptions& o)
{
    return simple([o](std::string text) {
        if (o.cleanText)
            text = eachCodePoint(text, [](std::string& out, char32_t c) {
                if (c == 0 || c == 0xFFFD || (c != '\t' && c != '\n' && c != '\r' && unicode::isOther(c))) return;
                if (unicode::isSpace(c)) out.push_back(' ');
                else unicode::append(out, c);
            });
        if (o.chineseCharacters)
            text = eachCodePoint(text, [](std::string& out, char32_t c) {
                if (isIdeograph(c)) out.push_back(' ');
                unicode::append(out, c);
                if (isIdeograph(c)) out.push_back(' ');
            });
        if (o.stripAccents) text = withoutAccents(unicode::normalized(text, unicode::Form::Nfd));
        if (o.lowercase) text = unicode::lower(text);
        return text;
    });
}

} // namespace qs::model
