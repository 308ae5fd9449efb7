// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/doctor/finding.h"
#include "core/io/vocabulary.h"
#include "widgets/pages/page.h"

#include <memory>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace qs::gui {

class FactsTable;
class SegmentBar;

/// The checkpoint itself: what is wrong with it, its metadata, its tokenizer, its chat template, its config. Everything
/// is read in workers when its section is first shown.
class FilePage : public Page {
    Q_OBJECT
public:
    FilePage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override { return {}; }
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;

    enum Section { Findings, Metadata, Tokenizer, ChatTemplate, Config, SectionCount };
    void setSection(Section section);
    Section section() const { return m_section; }
    /// Looks through the data of the checkpoint; takes as long as reading it once.
    void examine();

signals:
    void examined();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void follow();
    void showFindings(Result<std::vector<doctor::Finding>> found);
    void examineSmall();
    void needVocabulary();
    void showVocabulary();
    void jump(int finding);
    const Checkpoint* checkpoint() const;

    Services m_services;
    SegmentBar* m_sections = nullptr;
    QStackedWidget* m_stack = nullptr;
    QLabel* m_title = nullptr;
    FactsTable* m_findingsTable = nullptr;
    QPushButton* m_examine = nullptr;
    QProgressBar* m_progress = nullptr;
    FactsTable* m_metadataTable = nullptr;
    FactsTable* m_tokensTable = nullptr;
    QLabel* m_tokenizerFacts = nullptr;
    QLabel* m_templateFacts = nullptr;
    QPlainTextEdit* m_template = nullptr;
    QPlainTextEdit* m_config = nullptr;
    Section m_section = Findings;
    std::shared_ptr<const io::ModelSource> m_source; ///< of the checkpoint on show
    std::vector<doctor::Finding> m_findings;
    bool m_vocabularyAsked = false;
    bool m_examineAsked = false;
    io::Vocabulary m_vocabulary;
};

} // namespace qs::gui
