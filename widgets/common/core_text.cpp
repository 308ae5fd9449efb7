// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/core_text.h"

#include "core/base/format.h"
#include "widgets/common/core_phrases_table.inc"

#include <QCoreApplication>
#include <QHash>
#include <QMutex>
#include <QStringList>
#include <algorithm>
#include <optional>
#include <vector>

namespace qs::gui {
namespace {

// Single words of plots, maps and groups, which can't be told from keys in core's sources, and the ends of jobs.
constexpr const char* kMore[] = {
    QT_TRANSLATE_NOOP("core", "weight"), QT_TRANSLATE_NOOP("core", "group"), QT_TRANSLATE_NOOP("core", "column"),
    QT_TRANSLATE_NOOP("core", "row"), QT_TRANSLATE_NOOP("core", "role"), QT_TRANSLATE_NOOP("core", "block"),
    QT_TRANSLATE_NOOP("core", "recipe"), QT_TRANSLATE_NOOP("core", "tensor"), QT_TRANSLATE_NOOP("core", "level"),
    QT_TRANSLATE_NOOP("core", "levels"), QT_TRANSLATE_NOOP("core", "usage"), QT_TRANSLATE_NOOP("core", "original"),
    QT_TRANSLATE_NOOP("core", "Gaussian"), QT_TRANSLATE_NOOP("core", "mean"), QT_TRANSLATE_NOOP("core", "error"),
    QT_TRANSLATE_NOOP("core", "weights"), QT_TRANSLATE_NOOP("core", "errors"), QT_TRANSLATE_NOOP("core", "rows"),
    QT_TRANSLATE_NOOP("core", "columns"), QT_TRANSLATE_NOOP("core", "embedding"), QT_TRANSLATE_NOOP("core", "positions"),
    QT_TRANSLATE_NOOP("core", "final norm"), QT_TRANSLATE_NOOP("core", "head"), QT_TRANSLATE_NOOP("core", "other"),
    QT_TRANSLATE_NOOP("core", "scale"), QT_TRANSLATE_NOOP("core", "zero"), QT_TRANSLATE_NOOP("core", "min"),
    QT_TRANSLATE_NOOP("core", "bits/weight"), QT_TRANSLATE_NOOP("core", "codes"), QT_TRANSLATE_NOOP("core", "outliers"), QT_TRANSLATE_NOOP("core", "cancelled"),
    QT_TRANSLATE_NOOP("core", "done after %1"), QT_TRANSLATE_NOOP("core", "cancelled after %1"),
    QT_TRANSLATE_NOOP("core", "failed: %1 after %2"), QT_TRANSLATE_NOOP("core", "%1 M elements/s"),
    QT_TRANSLATE_NOOP("core", "peak of resident memory %1")};

// A phrase with values: the literals around %1, %2, ... in order, and the translation.
struct Phrase {
    QStringList literals;
    QString translation;
    qsizetype weight = 0;  // characters that must match: the most telling phrase is tried first
    qsizetype letters = 0; // the letters of them
};

struct Table {
    bool made = false;
    bool strict = false; // a list whose parts are not all known stays as it is
    std::vector<Phrase> phrases;
    QHash<QString, QString> known;
};

Table& table()
{
    static Table t;
    return t;
}

// Sessions are read, and their errors told, in workers.
QMutex& guard()
{
    static QMutex m;
    return m;
}

// Texts of one plot or file are many and different; the table must not grow with them.
constexpr qsizetype kMostKnown = 4096;
constexpr int kDeepest = 4;
// "%1 of %2" says little about what it stands in.
constexpr qsizetype kTelling = 6;

QStringList literalsOf(const QString& source)
{
    QStringList out{QString()};
    for (qsizetype i = 0; i < source.size(); ++i) {
        if (source[i] == QLatin1Char('%') && i + 1 < source.size() && source[i + 1].isDigit()) {
            out << QString();
            ++i;
        } else {
            out.last() += source[i];
        }
    }
    return out;
}

void fill(Table& t)
{
    t.made = true;
    t.phrases.clear();
    t.known.clear();
    std::vector<const char*> sources(std::begin(kMore), std::end(kMore));
    sources.insert(sources.end(), std::begin(kCorePhrases), std::end(kCorePhrases));
    for (const char* source : sources) {
        const QString english = QString::fromUtf8(source);
        const QString own = QCoreApplication::translate("core", source);
        if (own == english) continue; // English, or the same in both
        Phrase p{literalsOf(english), own};
        if (p.literals.size() == 1) {
            t.known.insert(english, own);
            continue;
        }
        for (const QString& l : p.literals) {
            p.weight += l.size();
            p.letters += std::count_if(l.begin(), l.end(), [](QChar c) { return c.isLetter(); });
        }
        t.phrases.push_back(std::move(p));
    }
    std::stable_sort(t.phrases.begin(), t.phrases.end(), [](const Phrase& a, const Phrase& b) { return a.weight > b.weight; });
}

std::optional<QString> translated(const QString& text, int depth);

QString value(const QString& text, int depth) { return translated(text, depth + 1).value_or(text); }

std::optional<QString> matched(const Phrase& p, const QString& text, int depth)
{
    if (!text.startsWith(p.literals.front()) || !text.endsWith(p.literals.back()) || text.size() < p.weight) return {};
    QStringList values;
    qsizetype at = p.literals.front().size();
    const qsizetype end = text.size() - p.literals.back().size();
    for (qsizetype i = 1; i < p.literals.size(); ++i) {
        const bool last = i + 1 == p.literals.size();
        const qsizetype next = last ? end : text.indexOf(p.literals[i], at);
        if (next < at || next > end) return {};
        const QString v = text.mid(at, next - at);
        // A value is not empty and runs over no end of a sentence or of a list's item: another phrase says more.
        if (v.isEmpty() || v.contains(QLatin1String(". "))) return {};
        if (!last && (v.contains(QLatin1String("; ")) || v.contains(QLatin1String(": ")))) return {};
        if (p.letters < kTelling && v.contains(QLatin1Char(' '))) return {};
        values << v;
        at = next + p.literals[i].size();
    }
    QString out;
    for (qsizetype i = 0; i < p.translation.size(); ++i) {
        const QChar c = p.translation[i];
        const int n = c == QLatin1Char('%') && i + 1 < p.translation.size() ? p.translation[i + 1].digitValue() : -1;
        if (n >= 1 && n <= values.size()) {
            out += value(values[n - 1], depth);
            ++i;
        } else {
            out += c;
        }
    }
    return out;
}

// Parts of a list or of a paragraph, each on its own; nothing where no part has a translation.
std::optional<QString> joined(const QString& text, const QString& separator, int depth)
{
    const QStringList parts = text.split(separator);
    if (parts.size() < 2) return {};
    QStringList out;
    bool any = false;
    for (const QString& p : parts) {
        const auto t = translated(p, depth + 1);
        any = any || t;
        if (!t && table().strict && p.contains(QLatin1Char(' '))) return {};
        out << t.value_or(p);
    }
    if (!any) return {};
    return out.join(separator);
}

std::optional<QString> translated(const QString& text, int depth)
{
    if (depth > kDeepest || std::none_of(text.begin(), text.end(), [](QChar c) { return c.isLetter(); })) return {};
    Table& t = table();
    if (const auto it = t.known.constFind(text); it != t.known.constEnd()) return *it;
    if (const QString own = QCoreApplication::translate("core", text.toUtf8().constData()); own != text) return own;
    for (const Phrase& p : t.phrases)
        if (auto found = matched(p, text, depth)) return found;
    for (const char* separator : {"\n", " \u00B7 ", "; ", ": ", ", "})
        if (auto found = joined(text, QString::fromUtf8(separator), depth)) return found;
    return {};
}

QString underContext(const char* context, std::string_view text)
{
    return QCoreApplication::translate(context, std::string(text).c_str());
}

} // namespace

QString coreText(std::string_view text)
{
    const QString english = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    const QMutexLocker lock(&guard());
    Table& t = table();
    if (!t.made) fill(t);
    if (t.phrases.empty()) return english;
    if (const auto it = t.known.constFind(english); it != t.known.constEnd()) return *it;
    const QString out = translated(english, 0).value_or(english);
    if (t.known.size() < kMostKnown) t.known.insert(english, out);
    return out;
}

QString coreName(std::string_view name)
{
    const QString own = underContext("parameter", name);
    return own == QLatin1String(name.data(), static_cast<qsizetype>(name.size())) ? QString(own).replace(QLatin1Char('_'), QLatin1Char(' ')) : own;
}

QString coreChoice(std::string_view choice) { return underContext("choice", choice); }

QString errorText(const Error& error)
{
    const QMutexLocker lock(&guard());
    Table& t = table();
    if (!t.made) fill(t);
    const QString english = QString::fromStdString(error.text());
    if (t.phrases.empty()) return english;
    QStringList own;
    for (const std::string* part : {&error.message, &error.expected, &error.found, &error.remedy}) {
        const QString source = QString::fromStdString(escapeText(*part));
        // Values need no translation, but a sentence does.
        t.strict = true;
        const auto text = translated(source, 0);
        t.strict = false;
        if (!text && part != &error.found && source.contains(QLatin1Char(' '))) return english;
        own << text.value_or(source);
    }
    QString out;
    if (!error.file.empty()) out += QString::fromStdString(escapeText(error.file)) + QStringLiteral(": ");
    if (!error.tensor.empty()) {
        out += QCoreApplication::translate("core", "tensor %1").arg(QString::fromStdString(escapeText(error.tensor)));
        out += error.byte ? QStringLiteral(", ") : QStringLiteral(": ");
    }
    if (error.byte) out += QCoreApplication::translate("core", "byte %1").arg(QString::number(*error.byte)) + QStringLiteral(": ");
    out += own[0];
    if (!own[1].isEmpty()) out += QStringLiteral("; ") + QCoreApplication::translate("core", "expected %1").arg(own[1]);
    if (!own[2].isEmpty())
        out += (own[1].isEmpty() ? QStringLiteral("; ") : QStringLiteral(", ")) + QCoreApplication::translate("core", "found %1").arg(own[2]);
    if (!own[3].isEmpty()) out += QStringLiteral("; ") + own[3];
    return out;
}

void forgetCoreTexts()
{
    const QMutexLocker lock(&guard());
    table() = {};
}

} // namespace qs::gui
