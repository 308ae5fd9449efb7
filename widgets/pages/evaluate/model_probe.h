// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/study/calibrate_run.h"
#include "widgets/selection/services.h"

namespace qs::gui {

/// What a form must know of the selected checkpoint and the chosen texts before anything runs: the model as the engine sees
/// it, its speed here, the texts' tokens. Made in workers, while it is switched on.
class ModelProbe : public QObject {
    Q_OBJECT
public:
    /// `text`: the file that lies in the sample's folder, chosen where a checkpoint has it: "text/heldout.txt".
    ModelProbe(const Services& services, const QString& text, QObject* parent);
    void setActive(bool on);
    void setFiles(const QStringList& files);
    const QStringList& files() const { return m_files; }

    const Checkpoint* checkpoint() const;
    const std::shared_ptr<const model::Model>& model() const { return m_model; }
    const std::shared_ptr<const study::ModelText>& text() const { return m_text; }
    const std::optional<study::EngineSpeed>& speed() const { return m_speed; }
    /// Why there is no model, or no text; empty while all is well or on its way.
    QString problem() const { return m_modelProblem.isEmpty() ? m_textProblem : m_modelProblem; }
    /// Most tokens of a window; 0: any.
    Index positions() const { return m_model ? m_model->config().positions : 0; }

signals:
    void changed();
    void filesChanged(); ///< by the checkpoint, not by hand

private:
    void follow();
    void readModel();
    void readText();
    Services m_services;
    QString m_preset;
    bool m_active = false;
    bool m_byHand = false;
    QStringList m_files;
    std::shared_ptr<const io::ModelSource> m_source;
    std::shared_ptr<const model::Model> m_model;
    std::shared_ptr<const study::ModelText> m_text;
    std::optional<study::EngineSpeed> m_speed;
    QString m_modelProblem;
    QString m_textProblem;
};

} // namespace qs::gui
