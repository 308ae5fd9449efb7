// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/workbench.h"

#include "core/exec/devices.h"
#include "core/export/open_any.h"
#include "core/model/calibration/calibration_file.h"
#include "core/study/mixture.h"
#include "widgets/common/core_text.h"
#include "widgets/models/tensor_label.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <set>

namespace qs::gui {
namespace {

using SourcePtr = std::shared_ptr<const io::ModelSource>;

} // namespace

QString shellWord(const QString& word)
{
    static const QString kPlain = QStringLiteral("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%");
    for (const QChar c : word)
        if (!kPlain.contains(c)) return QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QLatin1String("'\\''")) + QLatin1Char('\'');
    return word.isEmpty() ? QStringLiteral("''") : word;
}

Workbench::Workbench(QObject* parent, int threads)
    : QObject(parent), m_selection(m_workspace), m_jobs(nullptr, threads), m_cache(m_workspace, m_jobs)
{
    // A checkpoint that was closed must not stay mapped for the sake of a Retry that nobody can ask for.
    connect(&m_jobs, &JobRunner::jobEnded, this, [this](Job* job) {
        if (job->state() == Job::Done) m_cells.erase(job->id());
    });
    connect(&m_jobs, &JobRunner::jobsChanged, this, [this] {
        if (m_cells.size() <= m_jobs.jobs().size()) return; // they are a part of the jobs, unless some were cleared
        std::set<int> listed;
        for (const Job* j : m_jobs.jobs()) listed.insert(j->id());
        std::erase_if(m_cells, [&](const auto& cell) { return !listed.contains(cell.first); });
    });
    connect(&m_workspace, &Workspace::calibrationAsked, this, [this](const QString& path) { openCalibration(path); });
    connect(&m_workspace, &Workspace::runAsked, this, [this](const std::vector<CellName>& cells) { resume(cells); });
}

Workbench::~Workbench() = default;

bool Workbench::setDevice(const QString& name)
{
    m_device = deviceOrCpu(name.toStdString()).name;
    return hasDevice(name.toStdString());
}

void Workbench::open(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    ++m_opening;
    m_jobs.request<SourcePtr>(
        this, QStringLiteral("open/") + absolute,
        [file = std::filesystem::path(absolute.toStdString())](const Context& context) { return exporting::openAny(file, context); },
        [this, absolute](Result<SourcePtr> r) {
            --m_opening;
            if (!r) {
                if (r.error().code != ErrorCode::Cancelled) emit openFailed(absolute, errorText(r.error()));
                return;
            }
            const SourcePtr source = *r;
            const auto& all = m_workspace.checkpoints();
            const bool again = std::any_of(all.begin(), all.end(), [&](const Checkpoint& c) { return c.source->path == source->path; });
            const int id = m_workspace.addCheckpoint(source);
            if (again) checkResults(id);
            emit opened(id, absolute, source->fileBytes());
            if (m_selection.tensor().valid()) return;
            // The first layer that would be quantized; else the first tensor.
            const auto first = io::selectTensors(*source, {});
            if (first && !first->empty()) m_selection.setTensor({id, static_cast<std::ptrdiff_t>(first->front())});
            else if (!source->tensors.empty()) m_selection.setTensor({id, 0});
        });
}

void Workbench::reload(int checkpoint)
{
    if (const Checkpoint* c = m_workspace.checkpoint(checkpoint)) open(QString::fromStdString(c->source->path.string()));
}

void Workbench::checkResults(int checkpoint)
{
    const Checkpoint* c = m_workspace.checkpoint(checkpoint);
    if (!c) return;
    std::vector<ResultPtr> mine;
    for (const auto& r : m_workspace.results())
        if (r->source == c->source->path) mine.push_back(r);
    if (mine.empty()) return;
    using Stale = std::vector<bool>;
    m_jobs.request<Stale>(
        this, QStringLiteral("check/%1").arg(checkpoint),
        [source = c->source, mine](const Context& context) -> Result<Stale> {
            Stale out(mine.size(), true);
            std::map<std::string, std::shared_ptr<const Matrix>> last; // results of a tensor mostly stand together
            for (std::size_t i = 0; i < mine.size(); ++i) {
                const study::CellResult& r = *mine[i];
                const auto at = source->find(r.tensor);
                if (at < 0) continue;
                auto& weights = last[r.tensor];
                if (!weights) {
                    last.clear();
                    auto read = source->readMatrix(source->tensors[static_cast<std::size_t>(at)], context);
                    if (!read && read.error().code == ErrorCode::Cancelled) return cancelled();
                    if (!read) continue;
                    last[r.tensor] = std::make_shared<const Matrix>(std::move(*read));
                }
                const auto values = last[r.tensor];
                Result<metrics::WeightError> now = fail(ErrorCode::Lacking, "no values");
                if (r.decoder && (r.decoder->rows() != values->rows() || r.decoder->cols() != values->cols())) continue;
                if (r.decoder) {
                    now = metrics::weightError(*values, *r.decoder, context);
                } else if (r.foreign) {
                    QS_ASSIGN(const auto theirs, r.foreign->read(context));
                    now = metrics::weightError(*values, theirs, context);
                }
                if (!now && now.error().code == ErrorCode::Cancelled) return cancelled();
                // The same sums to the bit: the figures hold for what is in the file now.
                if (now) out[i] = now->sumSquares != r.error.sumSquares || now->sumSquaredError != r.error.sumSquaredError || now->count != r.error.count;
            }
            return out;
        },
        [this, checkpoint, mine](Result<Stale> r) {
            if (!r) return;
            std::vector<ResultPtr> stale;
            std::vector<ResultPtr> good;
            for (std::size_t i = 0; i < mine.size(); ++i) ((*r)[i] ? stale : good).push_back(mine[i]);
            m_workspace.setOutdated(good, false);
            m_workspace.setOutdated(stale, true);
            if (const Checkpoint* c = m_workspace.checkpoint(checkpoint); c && !stale.empty()) m_workspace.setEvaluationsStale(c->source->path.string());
            emit outdated(checkpoint, static_cast<int>(stale.size()));
        });
}

void Workbench::openCalibration(const QString& path, bool measure)
{
    using File = std::shared_ptr<const model::CalibrationFile>;
    m_jobs.request<File>(
        this, QStringLiteral("calibration"), [file = path.toStdString()](const Context& context) { return model::CalibrationFile::open(file, context); },
        [this, path, measure](Result<File> r) {
            if (!r) {
                if (r.error().code != ErrorCode::Cancelled) emit runFailed(errorText(r.error()));
                return;
            }
            m_workspace.setCalibration(path, [file = *r](const io::ModelSource& source, const io::TensorInfo& tensor) { return file->of(source, tensor); });
            emit calibrationOpened(path, static_cast<int>((*r)->modules().size()));
            if (measure) measureOutputs();
        });
}

void Workbench::measureOutputs()
{
    using Pair = std::pair<ResultPtr, ResultPtr>;
    std::vector<std::pair<std::shared_ptr<const io::ModelSource>, ResultPtr>> todo;
    for (const auto& r : m_workspace.results())
        for (const auto& c : m_workspace.checkpoints())
            if (c.source->path == r->source && r->hasValues()) todo.emplace_back(c.source, r);
    if (todo.empty()) return;
    m_jobs.start<std::vector<Pair>>(
        todo.size() == 1 ? tr("output error of 1 result") : tr("output errors of %1 results").arg(todo.size()),
        [todo, of = m_workspace.calibrationOf()](const Context& context) -> Result<std::vector<Pair>> {
            std::vector<Pair> out;
            if (context.progress) context.progress->expect(todo.size());
            for (const auto& [source, r] : todo) {
                if (context.stopped()) return cancelled();
                const auto at = source->find(r->tensor);
                if (at >= 0) {
                    QS_ASSIGN(const auto calibration, of(*source, source->tensors[static_cast<std::size_t>(at)]));
                    auto measured = study::withOutputError(*source, *r, calibration.get(), context);
                    if (measured) out.emplace_back(r, std::move(*measured));
                    else if (!study::concernsOneCell(measured.error().code)) return fail(std::move(measured.error()));
                    else context.note(measured.error().text());
                }
                context.advance(1);
            }
            return out;
        },
        [this](Result<std::vector<Pair>> r) {
            if (r) m_workspace.exchangeResults(*r);
            else if (r.error().code != ErrorCode::Cancelled) emit runFailed(errorText(r.error()));
        });
}

QString Workbench::samplePath()
{
    QDir dir(QCoreApplication::applicationDirPath());
    // Installed beside the program's prefix, or in the source tree around a build folder.
    for (int up = 0; up < 6; ++up) {
        for (const char* place : {"share/quantoscope/sample", "resources/sample"})
            if (const QString p = dir.filePath(QLatin1String(place)); QFileInfo::exists(p + QStringLiteral("/config.json")))
                return QDir::cleanPath(p);
        if (!dir.cdUp()) break;
    }
    return {};
}

int Workbench::run(const std::vector<TensorRef>& tensors, const std::vector<quant::Recipe>& recipes)
{
    std::vector<std::shared_ptr<const quant::Recipe>> shared;
    for (const auto& recipe : recipes) {
        m_workspace.addRecipe(recipe);
        shared.push_back(std::make_shared<const quant::Recipe>(recipe));
    }
    int n = 0;
    for (const TensorRef& t : tensors) {
        const Checkpoint* c = m_workspace.checkpoint(t.checkpoint);
        if (!c || !t.valid() || t.tensor >= static_cast<std::ptrdiff_t>(c->source->tensors.size())) continue;
        for (const auto& recipe : shared) {
            start({c->source, static_cast<std::size_t>(t.tensor), recipe});
            ++n;
        }
    }
    return n;
}

void Workbench::start(const Cell& cell)
{
    const io::TensorInfo& info = cell.source->tensors[cell.tensor];
    const QString title = placedLabel(info.name, info.place) + QStringLiteral(" · ") + QString::fromStdString(cell.recipe->label());
    using CellPtr = std::shared_ptr<const study::CellResult>;
    const Job* job = m_jobs.start<CellPtr>(
        title,
        [cell, options = m_workspace.runOptions(), device = m_device](const Context& context) mutable {
            options.device = device;
            return study::runCell(*cell.source, cell.source->tensors[cell.tensor], *cell.recipe, options, context);
        },
        [this](Result<CellPtr> r) {
            if (r) m_workspace.addResult(*r);
            else if (r.error().code != ErrorCode::Cancelled) emit runFailed(errorText(r.error()));
        });
    m_cells[job->id()] = cell;
}

void Workbench::retry(int jobId)
{
    if (const auto it = m_cells.find(jobId); it != m_cells.end()) return start(Cell(it->second));
    const auto all = m_jobs.jobs();
    const auto job = std::find_if(all.begin(), all.end(), [jobId](const Job* j) { return j->id() == jobId; });
    if (job != all.end() && (*job)->again()) (*job)->again()();
}

std::vector<Workbench::Cell> Workbench::pending() const
{
    std::vector<Cell> out;
    for (const Job* j : m_jobs.jobs())
        if (j->active())
            if (const auto it = m_cells.find(j->id()); it != m_cells.end()) out.push_back(it->second);
    return out;
}

int Workbench::resume(const std::vector<PendingCell>& cells)
{
    int n = 0;
    std::map<std::string, std::shared_ptr<const quant::Recipe>> recipes;
    for (const PendingCell& p : cells)
        for (const auto& c : m_workspace.checkpoints()) {
            const auto at = c.source->path == p.source ? c.source->find(p.tensor) : -1;
            if (at < 0) continue;
            auto& recipe = recipes[p.recipe];
            if (!recipe) {
                auto parsed = quant::parseRecipe(p.recipe);
                if (!parsed) continue;
                recipe = std::make_shared<const quant::Recipe>(std::move(*parsed));
            }
            start({c.source, static_cast<std::size_t>(at), recipe});
            ++n;
            break;
        }
    return n;
}

std::vector<quant::Recipe> Workbench::enabledRecipes() const
{
    std::vector<quant::Recipe> out;
    for (const auto& r : m_workspace.recipes())
        if (r.enabled) out.push_back(r.recipe);
    return out;
}

std::vector<TensorRef> Workbench::defaultTensors() const
{
    std::vector<TensorRef> out;
    for (const auto& c : m_workspace.checkpoints())
        if (const auto list = io::selectTensors(*c.source, {}))
            for (const std::size_t i : *list) out.push_back({c.id, static_cast<std::ptrdiff_t>(i)});
    return out;
}

QString Workbench::commandLine(const ResultPtr& result) const
{
    const Checkpoint* c = m_selection.checkpoint();
    const auto* info = m_selection.tensorInfo();
    QString path;
    QString tensor;
    std::vector<std::string> recipes;
    if (result) {
        path = QString::fromStdString(result->source.string());
        tensor = QString::fromStdString(result->tensor);
        if (result->foreign)
            return QStringLiteral("quantoscope-cli diff ") + shellWord(path) + QLatin1Char(' ')
                + shellWord(QString::fromStdString(result->foreign->source->path.string()));
        recipes.push_back(result->recipe.text());
    } else if (c && info) {
        path = QString::fromStdString(c->source->path.string());
        tensor = QString::fromStdString(info->name);
        for (const auto& r : enabledRecipes()) recipes.push_back(r.text());
    } else {
        return {};
    }
    QString out = QStringLiteral("quantoscope-cli ")
        + (recipes.empty() ? QStringLiteral("stats ") : recipes.size() == 1 ? QStringLiteral("quantize ") : QStringLiteral("compare "))
        + shellWord(path) + QStringLiteral(" --tensor ") + shellWord(tensor);
    if (!recipes.empty() && !m_workspace.calibrationPath().isEmpty()) out += QStringLiteral(" --calibration ") + shellWord(m_workspace.calibrationPath());
    for (const auto& r : recipes) out += QStringLiteral(" --recipe ") + shellWord(QString::fromStdString(r));
    return out;
}

} // namespace qs::gui
