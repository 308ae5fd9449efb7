// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/file/file_page.h"

#include "core/base/format.h"
#include "core/doctor/examine.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"
#include "widgets/pages/file/facts_table.h"
#include "widgets/plots/segment_bar.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QJsonObject>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace qs::gui {
namespace {

// A sentence of the file doctor or of the reader.
QString told(std::string_view text) { return coreText(escapeText(text)); }
QString shown(std::string_view text) { return QString::fromStdString(escapeText(text)); }

QString scalarText(const io::MetaScalar& v)
{
    return std::visit(
        [](const auto& x) -> QString {
            using T = std::decay_t<decltype(x)>;
            if constexpr (std::is_same_v<T, bool>) return x ? QStringLiteral("true") : QStringLiteral("false");
            else if constexpr (std::is_same_v<T, std::string>) return shown(x.size() > 4096 ? x.substr(0, 4096) + " …" : x);
            else if constexpr (std::is_same_v<T, double>) return QString::fromStdString(formatNumber(x, 9));
            else return QString::number(x);
        },
        v);
}

QString entryText(const io::MetaEntry& e)
{
    if (!e.isArray) return e.values.empty() ? QString() : scalarText(e.values.front());
    QStringList head;
    for (const auto& v : e.values) head << scalarText(v);
    if (e.count > e.values.size()) head << QStringLiteral("…");
    return QStringLiteral("[%1]").arg(head.join(QStringLiteral(", ")));
}

QPlainTextEdit* textView(const QString& name, QWidget* parent)
{
    auto* t = new QPlainTextEdit(parent);
    t->setReadOnly(true);
    t->setAccessibleName(name);
    t->setLineWrapMode(QPlainTextEdit::NoWrap);
    t->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    t->setTabChangesFocus(true);
    return t;
}

QLabel* factsLine(QWidget* parent)
{
    auto* l = new QLabel(parent);
    l->setProperty("secondary", true);
    l->setTextFormat(Qt::PlainText);
    l->setWordWrap(true);
    l->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return l;
}

} // namespace

FilePage::FilePage(const Services& services, QWidget* parent) : Page(parent), m_services(services)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(0);
    m_sections = new SegmentBar(tr("section"),
                                {{tr("findings"), tr("what is wrong with this checkpoint, in plain words")},
                                 {tr("metadata"), tr("every entry of the file's own metadata and of config.json")},
                                 {tr("tokenizer"), tr("the vocabulary, token by token")},
                                 {tr("chat template"), tr("the template as text; it is never run")},
                                 {tr("config.json"), tr("the model's config.json as it stands in its folder")}},
                                this);
    bar->addWidget(m_sections);
    bar->addSpacing(16);
    m_title = factsLine(this);
    m_title->setToolTip(explain(Figure::TensorCount, {}, tr("the whole checkpoint")));
    m_title->setWordWrap(false);
    m_title->setMinimumWidth(10);
    bar->addWidget(m_title, 1);
    layout->addLayout(bar);
    m_stack = new QStackedWidget(this);
    layout->addWidget(m_stack, 1);

    const auto section = [this] {
        auto* box = new QWidget(m_stack);
        auto* column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(8);
        m_stack->addWidget(box);
        return column;
    };
    auto* findings = section();
    auto* doRow = new QHBoxLayout;
    m_examine = new QPushButton(tr("Examine"), this);
    m_examine->setToolTip(tr("reads every tensor of the checkpoint once, in the background"));
    doRow->addWidget(m_examine);
    m_progress = new QProgressBar(this);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(160);
    m_progress->setMaximumHeight(6);
    m_progress->setAccessibleName(tr("examining"));
    m_progress->hide();
    doRow->addWidget(m_progress);
    doRow->addStretch(1);
    findings->addLayout(doRow);
    m_findingsTable = new FactsTable(services.theme, tr("Findings"), tr("filter findings"), this);
    m_findingsTable->model().setColumns(
        {{tr("severity"), [this](int r) {
              switch (m_findings[static_cast<std::size_t>(r)].severity) {
              case doctor::Severity::Note: return tr("note");
              case doctor::Severity::Warning: return tr("warning");
              case doctor::Severity::Problem: return tr("problem");
              }
              return QString();
          },
          false, [this](int r) { return static_cast<int>(m_findings[static_cast<std::size_t>(r)].severity); }},
         {tr("tensor"), [this](int r) {
              const auto& f = m_findings[static_cast<std::size_t>(r)];
              return f.tensor.empty() ? tr("whole checkpoint") : shown(f.tensor);
          }, false, {}, {}, Figure::Tensor},
         {tr("finding (Enter goes to the place)"), [this](int r) { return told(m_findings[static_cast<std::size_t>(r)].text); }, false, {},
          [this](int r) { return told(m_findings[static_cast<std::size_t>(r)].text); }, Figure::Finding}});
    m_findingsTable->setWidths({10, 44, 60});
    findings->addWidget(m_findingsTable, 1);

    auto* metadata = section();
    m_metadataTable = new FactsTable(services.theme, tr("Metadata"), tr("filter keys and values"), this);
    const auto entry = [this](int r) -> const io::MetaEntry& { return m_source->metadata[static_cast<std::size_t>(r)]; };
    m_metadataTable->model().setColumns({{tr("key"), [entry](int r) { return shown(entry(r).key); }, false, {}, {}, Figure::Metadata},
                                         {tr("type"), [entry](int r) {
                                              const auto& e = entry(r);
                                              return e.isArray ? QStringLiteral("%1[%2]").arg(shown(e.type)).arg(e.count) : shown(e.type);
                                          }, false, {}, {}, Figure::Metadata},
                                         {tr("value"), [entry](int r) { return entryText(entry(r)).simplified(); }, false, {},
                                          [entry](int r) { return shown(entry(r).key) + QStringLiteral(" = ") + entryText(entry(r)).left(2000); }, Figure::Metadata}});
    m_metadataTable->setWidths({40, 14, 60});
    m_metadataTable->setEmptyText(tr("This file carries no metadata."));
    metadata->addWidget(m_metadataTable, 1);

    auto* tokenizer = section();
    m_tokenizerFacts = factsLine(this);
    m_tokenizerFacts->setToolTip(explain(Figure::TokenCount));
    tokenizer->addWidget(m_tokenizerFacts);
    m_tokensTable = new FactsTable(services.theme, tr("Vocabulary"), tr("filter tokens"), this);
    const auto token = [this](int r) -> const io::VocabularyToken& { return m_vocabulary.tokens[static_cast<std::size_t>(r)]; };
    m_tokensTable->model().setColumns({{tr("id"), [token](int r) { return QString::number(token(r).id); }, true, [token](int r) { return static_cast<qlonglong>(token(r).id); },
                                        {}, Figure::TokenId},
                                       {tr("token"), [token](int r) { return shown(token(r).text); }, false, {}, {}, Figure::TokenId},
                                       {tr("bytes"), [token](int r) { return QString::number(token(r).text.size()); }, true, [token](int r) { return static_cast<qulonglong>(token(r).text.size()); },
                                        {}, Figure::TokenBytes},
                                       {tr("kind"), [token](int r) { return coreText(io::tokenKindName(token(r).kind)); }},
                                       {tr("score"), [token](int r) { return QString::fromStdString(formatNumber(static_cast<double>(token(r).score), 6)); }, true,
                                        [token](int r) { return static_cast<double>(token(r).score); },
                                        {}, Figure::TokenScore}});
    m_tokensTable->setWidths({10, 36, 8, 14, 12});
    tokenizer->addWidget(m_tokensTable, 1);

    auto* chat = section();
    m_templateFacts = factsLine(this);
    m_templateFacts->setToolTip(explain(Figure::Metadata, {}, tr("from the tokenizer's configuration, or the metadata of the checkpoint")));
    chat->addWidget(m_templateFacts);
    m_template = textView(tr("Chat template"), this);
    chat->addWidget(m_template, 1);
    auto* config = section();
    m_config = textView(QStringLiteral("config.json"), this);
    config->addWidget(m_config, 1);

    connect(m_sections, &SegmentBar::chosen, this, [this](int id) { setSection(static_cast<Section>(id)); });
    connect(m_examine, &QPushButton::clicked, this, &FilePage::examine);
    connect(m_findingsTable, &FactsTable::activated, this, &FilePage::jump);
    connect(&services.selection, &Selection::tensorChanged, this, &FilePage::follow);
    connect(&services.workspace, &Workspace::checkpointsChanged, this, &FilePage::follow);
    setSection(Findings);
    follow();
}

const Checkpoint* FilePage::checkpoint() const
{
    if (const Checkpoint* c = m_services.selection.checkpoint()) return c;
    const auto& all = m_services.workspace.checkpoints();
    return all.empty() ? nullptr : &all.front();
}

void FilePage::setSection(Section section)
{
    m_section = section;
    m_sections->setCurrent(section);
    m_stack->setCurrentIndex(section);
    if (isVisible() && (section == Tokenizer || section == ChatTemplate)) needVocabulary();
    if (isVisible() && section == Findings) examineSmall();
}

void FilePage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    follow();
    if (m_section == Tokenizer || m_section == ChatTemplate) needVocabulary();
    if (m_section == Findings) examineSmall();
}

// What takes a moment needs no asking.
void FilePage::examineSmall()
{
    constexpr std::uint64_t kSmall = std::uint64_t(512) << 20;
    if (m_source && !m_examineAsked && m_source->fileBytes() <= kSmall) examine();
}

void FilePage::follow()
{
    const Checkpoint* c = checkpoint();
    const auto source = c ? c->source : nullptr;
    if (source == m_source && source) return;
    m_services.jobs.cancelRequest(this, QStringLiteral("vocabulary"));
    m_findingsTable->model().clear();
    m_metadataTable->model().clear();
    m_tokensTable->model().clear();
    m_source = source;
    m_findings.clear();
    m_vocabulary = {};
    m_vocabularyAsked = m_examineAsked = false;
    m_progress->hide();
    m_examine->setEnabled(source != nullptr);
    m_findingsTable->setEmptyText(source ? tr("Not examined yet. Examine reads every tensor once and looks for values that are not finite, zero rows, dead channels, "
                                              "duplicates, scales unlike those of other blocks, and missing tensors.")
                                         : tr("Open a checkpoint first."));
    m_title->setText(source ? tr("%1 · %2 · %3 tensors").arg(c->title, QString::fromStdString(source->format), QString::fromStdString(formatCount(source->tensors.size())))
                            : QString());
    showVocabulary();
    for (auto* table : {m_findingsTable, m_metadataTable, m_tokensTable}) table->model().setOrigin(source ? shown(source->path.string()) : QString());
    m_config->setPlainText(!source || source->configJson.empty() ? tr("There is no config.json beside this checkpoint.") : QString::fromStdString(source->configJson));
    m_metadataTable->model().setRows(source ? static_cast<int>(source->metadata.size()) : 0);
    if (isVisible() && (m_section == Tokenizer || m_section == ChatTemplate)) needVocabulary();
    if (isVisible() && m_section == Findings) examineSmall();
}

void FilePage::examine()
{
    if (!m_source) return;
    m_examineAsked = true;
    m_examine->setEnabled(false);
    m_progress->show();
    // A listed job: a large checkpoint takes minutes, and its progress and Cancel belong to the job list.
    const QPointer<FilePage> page(this);
    m_services.jobs.start<std::vector<doctor::Finding>>(
        tr("Examine %1").arg(checkpoint()->title), [source = m_source](const Context& c) { return doctor::examine(*source, {}, c); },
        [page, source = m_source](Result<std::vector<doctor::Finding>> found) {
            if (page && page->m_source == source) page->showFindings(std::move(found));
        });
}

void FilePage::showFindings(Result<std::vector<doctor::Finding>> found)
{
    m_examine->setEnabled(true);
    m_progress->hide();
    m_findings.clear();
    if (!found) {
        m_findingsTable->setEmptyText(errorText(found.error()));
    } else {
        m_findings = std::move(*found);
        m_findingsTable->setEmptyText(tr("Nothing found: all values are finite, no rows or columns of zeros, no duplicates, no odd scales, nothing missing."));
    }
    m_findingsTable->model().setRows(static_cast<int>(m_findings.size()));
    emit examined();
}

// The finding's tensor, and the place in it under the cursor of all matrix views.
void FilePage::jump(int row)
{
    if (!m_source || row < 0 || row >= static_cast<int>(m_findings.size())) return;
    const doctor::Finding& f = m_findings[static_cast<std::size_t>(row)];
    const auto tensor = m_source->find(f.tensor);
    const Checkpoint* c = checkpoint();
    if (f.tensor.empty() || tensor < 0 || !c) return;
    m_services.selection.setTensor({c->id, tensor});
    if (!f.row && !f.column) return;
    const Cell cell{f.row.value_or(0), f.column.value_or(0)};
    m_services.selection.pinCell(cell);
    // Forty elements around it are on show, so that the place can be seen.
    const io::MatrixShape m = io::matrixShape(m_source->tensors[static_cast<std::size_t>(tensor)]);
    const auto window = [](Index at, Index size) {
        const Index n = std::min<Index>(40, size);
        return std::pair(std::clamp<Index>(at - n / 2, 0, size - n), n);
    };
    const auto [r, rows] = f.row ? window(*f.row, m.rows) : std::pair(Index(0), m.rows);
    const auto [k, cols] = f.column ? window(*f.column, m.cols) : std::pair(Index(0), m.cols);
    m_services.selection.setRange(QRectF(static_cast<double>(k), static_cast<double>(r), static_cast<double>(cols), static_cast<double>(rows)));
    emit statusText(shown(f.tensor + ": " + f.text));
}

void FilePage::needVocabulary()
{
    if (m_vocabularyAsked || !m_source) return;
    m_vocabularyAsked = true;
    m_services.jobs.request<io::Vocabulary>(
        this, QStringLiteral("vocabulary"), [source = m_source](const Context& c) { return io::readVocabulary(*source, c); },
        [this](Result<io::Vocabulary> v) {
            if (!v) {
                m_tokenizerFacts->setText(errorText(v.error()));
                m_templateFacts->setText(m_tokenizerFacts->text());
                return;
            }
            m_vocabulary = std::move(*v);
            showVocabulary();
        });
}

void FilePage::showVocabulary()
{
    const io::Vocabulary& v = m_vocabulary;
    QStringList facts;
    if (!v.source.empty()) {
        facts << tr("%1 from %2").arg(shown(v.model), shown(v.source)) << tr("%1 tokens").arg(QString::fromStdString(formatCount(v.tokens.size())));
        if (v.merges > 0) facts << tr("%1 merges").arg(QString::fromStdString(formatCount(v.merges)));
        if (!v.pre.empty()) facts << tr("split by %1").arg(shown(v.pre));
        if (v.byteFallback) facts << tr("falls back to bytes");
    }
    for (const auto& [role, text] : v.special) facts << QStringLiteral("%1 %2").arg(shown(role), shown(text));
    m_tokenizerFacts->setText(facts.join(QStringLiteral(" · ")));
    m_tokensTable->setEmptyText(m_source ? tr("No tokenizer lies beside this checkpoint or in its metadata.") : tr("Open a checkpoint first."));
    m_tokensTable->model().setRows(static_cast<int>(v.tokens.size()));
    m_templateFacts->setText(v.chatTemplate.empty() ? tr("There is no chat template.") : tr("From %1; shown as text, never run.").arg(shown(v.chatTemplateSource)));
    // Line ends stay; everything that could deceive is escaped.
    QStringList lines;
    for (const QString& line : QString::fromUtf8(v.chatTemplate.data(), static_cast<qsizetype>(v.chatTemplate.size())).split(QLatin1Char('\n')))
        lines << shown(line.toStdString());
    m_template->setPlainText(v.chatTemplate.empty() ? QString() : lines.join(QLatin1Char('\n')));
}

QJsonObject FilePage::saveState() const { return {{QStringLiteral("section"), static_cast<int>(m_section)}}; }

void FilePage::restoreState(const QJsonObject& state)
{
    const int s = state.value(QStringLiteral("section")).toInt(Findings);
    if (s >= 0 && s < SectionCount) setSection(static_cast<Section>(s));
}

void registerFile(PageRegistry& registry);
void registerFile(PageRegistry& registry)
{
    registry.add({QStringLiteral("file"), QT_TRANSLATE_NOOP("Pages", "File"), 90, [](const Services& s, QWidget* parent) -> Page* { return new FilePage(s, parent); }});
}

} // namespace qs::gui
