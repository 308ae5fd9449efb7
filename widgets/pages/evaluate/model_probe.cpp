// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/evaluate/model_probe.h"

#include "widgets/common/core_text.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

namespace qs::gui {

ModelProbe::ModelProbe(const Services& services, const QString& text, QObject* parent) : QObject(parent), m_services(services), m_preset(text)
{
    connect(&services.selection, &Selection::tensorChanged, this, &ModelProbe::follow);
    connect(&services.workspace, &Workspace::checkpointsChanged, this, &ModelProbe::follow);
}

const Checkpoint* ModelProbe::checkpoint() const
{
    if (const Checkpoint* c = m_services.selection.checkpoint()) return c;
    const auto& all = m_services.workspace.checkpoints();
    return all.empty() ? nullptr : &all.front();
}

void ModelProbe::setActive(bool on)
{
    m_active = on;
    if (on) follow();
}

void ModelProbe::setFiles(const QStringList& files)
{
    m_byHand = true;
    if (files == m_files) return;
    m_files = files;
    readText();
}

void ModelProbe::follow()
{
    const Checkpoint* c = checkpoint();
    const auto source = c ? c->source : nullptr;
    const auto& all = m_services.workspace.checkpoints();
    const bool closed = m_source && std::none_of(all.begin(), all.end(), [this](const Checkpoint& x) { return x.source == m_source; });
    if (!m_active && !closed) return; // what was closed must not stay mapped for a page that nobody looks at
    if (!m_active) {
        m_source.reset();
        m_model.reset();
        m_speed.reset();
        m_text.reset();
        return;
    }
    if (source == m_source) return;
    m_source = source;
    m_model.reset();
    m_speed.reset();
    m_modelProblem.clear();
    if (!source) {
        m_services.jobs.cancelRequest(this, QStringLiteral("model"));
        m_services.jobs.cancelRequest(this, QStringLiteral("text"));
        m_text.reset();
        m_textProblem.clear();
        emit changed();
        return;
    }
    if (!m_byHand) {
        const QFileInfo at(QString::fromStdString(source->path.string()));
        const QString text = QDir(at.isDir() ? at.absoluteFilePath() : at.absolutePath()).filePath(m_preset);
        m_files = QFileInfo::exists(text) ? QStringList{text} : QStringList();
        emit filesChanged();
    }
    readModel();
    readText();
}

void ModelProbe::readModel()
{
    struct Known {
        std::shared_ptr<const model::Model> model;
        study::EngineSpeed speed;
    };
    m_services.jobs.request<Known>(
        this, QStringLiteral("model"),
        [source = m_source](const Context& context) -> Result<Known> {
            Known out;
            QS_ASSIGN(out.model, model::Model::open(source));
            constexpr Index kLength = 128;
            const Index most = out.model->config().positions;
            QS_ASSIGN(out.speed, study::measureEngine(*out.model, most > 0 ? std::min(most, kLength) : kLength, context));
            return out;
        },
        [this](Result<Known> r) {
            if (r) {
                m_model = r->model;
                m_speed = r->speed;
            } else {
                m_modelProblem = errorText(r.error());
            }
            emit changed();
        });
}

void ModelProbe::readText()
{
    m_text.reset();
    m_textProblem.clear();
    if (m_files.isEmpty() || !m_source) {
        m_services.jobs.cancelRequest(this, QStringLiteral("text"));
        emit changed();
        return;
    }
    std::vector<std::filesystem::path> files;
    for (const QString& f : m_files) files.emplace_back(f.toStdString());
    m_services.jobs.request<study::ModelText>(
        this, QStringLiteral("text"), [source = m_source, files](const Context& context) { return study::readModelText(*source, files, context); },
        [this](Result<study::ModelText> r) {
            if (r) {
                m_text = std::make_shared<const study::ModelText>(std::move(*r));
            } else {
                m_textProblem = errorText(r.error());
            }
            emit changed();
        });
    emit changed();
}

} // namespace qs::gui
