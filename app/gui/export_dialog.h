// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/gui/workbench.h"
#include "core/export/export_model.h"

#include <QDialog>
#include <QPointer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableWidget;

namespace qs::gui {

/// Exports results of one checkpoint: decoded weights as safetensors, the artefact in our container, GGUF, or npz; chosen
/// layers or the whole model. The writing is a job with progress and cancel; what was written is read back and compared.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    /// `results`: the rows chosen in the table; empty: all results of the selected tensor's checkpoint.
    ExportDialog(Workbench& workbench, std::vector<ResultPtr> results, QWidget* parent = nullptr);
    void setTarget(const QString& path);
    void setFormat(const QString& format); ///< "safetensors:dtype=f16", "quantoscope", "npz"
    void setWholeModel(bool on);
    void start();
    bool running() const { return m_job && m_job->active(); }
    QString message() const;
    QString commandLine() const; ///< that writes the same
    int refused() const; ///< layers that the format can't hold

signals:
    void exported(bool ok);

public slots:
    void reject() override;

private:
    void fillRecipes();
    void refresh();
    void listLayers(const exporting::ExportRequest& request);
    void showInFolder();
    void browse();
    exporting::ExportRequest request() const;
    std::vector<ResultPtr> chosen() const;

    Workbench& m_work;
    std::vector<ResultPtr> m_results;
    QComboBox* m_recipe = nullptr;
    QComboBox* m_format = nullptr;
    QComboBox* m_scope = nullptr;
    QLineEdit* m_target = nullptr;
    QCheckBox* m_replace = nullptr;
    QCheckBox* m_fold = nullptr;
    QTableWidget* m_layers = nullptr;
    QLabel* m_sizes = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_show = nullptr;
    std::filesystem::path m_written;
    int m_refused = 0;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_start = nullptr;
    QPushButton* m_close = nullptr;
    QPointer<Job> m_job;
};

} // namespace qs::gui
