// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/session_store.h"

#include "core/base/sha256.h"
#include "core/export/open_any.h"
#include "core/session/session.h"
#include "core/study/result_cache.h"
#include "widgets/common/core_text.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>
#include <set>
#include <span>

namespace qs::gui {
namespace {

std::string jsonText(const QJsonObject& object) { return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString(); }

QJsonObject jsonObject(const std::map<std::string, std::string>& state, const char* key)
{
    const auto it = state.find(key);
    return it == state.end() ? QJsonObject() : QJsonDocument::fromJson(QByteArray::fromStdString(it->second)).object();
}

QString key(const char* name) { return QString::fromLatin1(name); }
QString text(const std::string& s) { return QString::fromStdString(s); }

// The checkpoint's place in the list, its tensor by name.
QJsonObject layerJson(int checkpoint, const std::string& tensor) { return {{key("checkpoint"), checkpoint}, {key("tensor"), text(tensor)}}; }

QJsonArray recipesJson(const std::vector<quant::Recipe>& recipes)
{
    QJsonArray out;
    for (const auto& r : recipes) out << text(r.text());
    return out;
}

/// Which file it is, without reading all of a large one: its size and the hash of its ends.
struct FileMark {
    qint64 bytes = -1;
    QString hash;
};

FileMark markOf(const QString& path)
{
    constexpr qint64 kEnd = qint64(1) << 20;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    FileMark out{file.size(), {}};
    Sha256 hash;
    const QByteArray head = file.read(kEnd);
    hash.update(std::as_bytes(std::span(head.constData(), static_cast<std::size_t>(head.size()))));
    if (out.bytes > kEnd && file.seek(std::max(kEnd, out.bytes - kEnd))) {
        const QByteArray tail = file.read(kEnd);
        hash.update(std::as_bytes(std::span(tail.constData(), static_cast<std::size_t>(tail.size()))));
    }
    out.hash = text(hash.finish());
    return out;
}

// Whether the texts of an evaluation are the ones that were read then.
bool sameTexts(const QStringList& files, const QString& hash)
{
    Sha256 now;
    for (const QString& path : files) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) return false;
        while (!file.atEnd()) {
            const QByteArray piece = file.read(qint64(1) << 20);
            if (piece.isEmpty()) break;
            now.update(std::as_bytes(std::span(piece.constData(), static_cast<std::size_t>(piece.size()))));
        }
    }
    return text(now.finish()) == hash;
}

QString placeIn(const std::filesystem::path& folder, const QString& path)
{
    const std::filesystem::path absolute(path.toStdString());
    const auto relative = absolute.lexically_relative(folder);
    return text((relative.empty() ? absolute : relative).generic_string());
}

QString placeFrom(const std::filesystem::path& folder, const QString& place)
{
    const std::filesystem::path path(place.toStdString());
    return text((path.is_absolute() ? path : folder / path).lexically_normal().string());
}

} // namespace

/// All that is saved; gathered in the window's thread, written in a worker.
struct SessionStore::Draft {
    std::vector<EvaluationPtr> evaluations;
    QString calibration;
    bool losses = true; ///< of every token too
    std::vector<std::shared_ptr<const io::ModelSource>> sources;
    session::Session session;
    QJsonObject work; ///< chips, notes, pins, jobs
    std::vector<Workbench::Cell> pending;
};

struct SessionStore::Opened {
    session::Session session;
    std::vector<std::shared_ptr<const io::ModelSource>> sources; ///< null: could not be opened
    QStringList warnings;
    std::vector<bool> changed; ///< of the checkpoints: their files are other ones than when the session was saved
    QString calibration;           ///< file that is there; empty: none, or it is gone
    bool calibrationChanged = false;
    std::vector<EvaluationPtr> evaluations;
    std::vector<std::size_t> lost; ///< results whose artefact is neither in the file nor in the cache
};

SessionStore::SessionStore(Workbench& workbench, QObject* parent) : QObject(parent), m_work(workbench)
{
    connect(&workbench.workspace(), &Workspace::resultsChanged, this, &SessionStore::chooseWanted, Qt::QueuedConnection);
}

void SessionStore::chooseWanted()
{
    if (m_wantedA.empty() && m_wantedB.empty()) return;
    Selection& s = m_work.selection();
    for (const auto& r : s.shown()) {
        const std::string k = r->key();
        if (!m_wantedA.empty() && k == m_wantedA) {
            m_wantedA.clear();
            s.setA(r);
        } else if (!m_wantedB.empty() && k == m_wantedB) {
            m_wantedB.clear();
            s.setB(r);
        }
    }
}

std::shared_ptr<SessionStore::Draft> SessionStore::draft(const QJsonObject& window) const
{
    auto out = std::make_shared<Draft>();
    session::Session& s = out->session;
    const Workspace& w = m_work.workspace();
    std::map<std::string, int> places;
    for (const auto& c : w.checkpoints()) {
        places.emplace(c.source->path.string(), static_cast<int>(out->sources.size()));
        out->sources.push_back(c.source);
    }
    const auto placeOf = [&](const std::string& path) {
        const auto it = places.find(path);
        return it == places.end() ? -1 : it->second;
    };
    QJsonArray chips;
    for (const auto& r : w.recipes()) {
        s.recipes.push_back({r.recipe.label(), r.recipe, std::min(r.slot, session::kMostSlots)});
        chips << QJsonObject{{key("slot"), r.slot}, {key("enabled"), r.enabled}, {key("former"), recipesJson(r.former)}};
    }
    QJsonArray pins;
    for (const auto& r : w.results()) {
        const int i = placeOf(r->source.string());
        if (i < 0 || r->foreign) continue; // another checkpoint is compared anew
        if (w.pinned(r)) pins << static_cast<int>(s.results.size());
        s.results.push_back({static_cast<std::size_t>(i), r});
    }
    // Another checkpoint's values are in its own file: where it lies, and it is compared anew.
    QJsonArray compared;
    std::set<std::pair<int, std::string>> others;
    for (const auto& r : w.results())
        if (const int i = placeOf(r->source.string()); i >= 0 && r->foreign && others.emplace(i, r->foreign->source->path.string()).second)
            compared << QJsonObject{{key("checkpoint"), i}, {key("path"), text(r->foreign->source->path.string())}};
    QJsonArray notes;
    for (const auto& [layer, note] : w.notes()) {
        const int i = placeOf(layer.source);
        if (i < 0) continue;
        QJsonObject n = layerJson(i, layer.tensor);
        n[key("text")] = note.text;
        n[key("tags")] = QJsonArray::fromStringList(note.tags);
        notes << n;
    }
    const auto layersOf = [&](const std::map<LayerKey, std::string>& map) {
        QJsonArray layers;
        for (const auto& [layer, result] : map) {
            const int i = placeOf(layer.source);
            if (i < 0) continue;
            QJsonObject l = layerJson(i, layer.tensor);
            l[key("result")] = text(result);
            layers << l;
        }
        return layers;
    };
    out->work = {{key("chips"), chips}, {key("pins"), pins}, {key("notes"), notes}, {key("compared"), compared},
                 {key("mixture"), layersOf(w.mixture())}, {key("budget_pins"), layersOf(w.budgetPins())}};
    out->evaluations = w.evaluations();
    out->calibration = w.calibrationPath();
    QJsonObject selection;
    if (const auto* info = m_work.selection().tensorInfo()) {
        selection[key("tensor")] = text(info->name);
        for (std::size_t i = 0; i < w.checkpoints().size(); ++i)
            if (w.checkpoints()[i].id == m_work.selection().tensor().checkpoint) selection[key("checkpoint")] = static_cast<int>(i);
        if (const auto a = m_work.selection().a()) selection[key("a")] = text(a->key());
        if (const auto b = m_work.selection().b()) selection[key("b")] = text(b->key());
    }
    s.state["selection"] = jsonText(selection);
    s.state["window"] = jsonText(window);
    return out;
}

// In a worker. With a cache, results that it keeps are stored by their key alone.
Status SessionStore::write(Draft& draft, const std::filesystem::path& file, study::ResultCache* cache, const Context& context)
{
    for (const auto& source : draft.sources) {
        QS_ASSIGN(auto c, session::describeCheckpoint(*source));
        draft.session.checkpoints.push_back(std::move(c));
    }
    if (cache) {
        QJsonArray keys;
        for (auto& saved : draft.session.results) {
            const std::string& k = saved.cell->cacheKey;
            const bool kept = !k.empty() && cache->contains(k);
            keys << (kept ? text(k) : QString());
            if (!kept) continue;
            auto figures = std::make_shared<study::CellResult>(*saved.cell);
            figures->artefact.reset();
            figures->decoder.reset();
            saved.cell = std::move(figures);
        }
        draft.work[key("cache_keys")] = keys;
    }
    QJsonArray jobs;
    for (const auto& p : draft.pending)
        for (std::size_t i = 0; i < draft.sources.size(); ++i)
            if (draft.sources[i]->path == p.source->path) {
                QJsonObject cell = layerJson(static_cast<int>(i), p.source->tensors[p.tensor].name);
                cell[key("recipe")] = text(p.recipe->text());
                jobs << cell;
                break;
            }
    draft.work[key("jobs")] = jobs;
    const auto folder = file.parent_path();
    QJsonArray outputs; // of the results in order: the errors of their layers' outputs
    for (const auto& saved : draft.session.results) {
        const auto& e = saved.cell->error;
        outputs << (e.hasOutput() ? QJsonArray{static_cast<qint64>(e.outputLayers), e.sumOutputError, e.sumOutput} : QJsonArray());
    }
    draft.work[key("outputs")] = outputs;
    if (!draft.calibration.isEmpty()) {
        const FileMark mark = markOf(draft.calibration);
        draft.work[key("calibration")] = QJsonObject{{key("path"), placeIn(folder, draft.calibration)}, {key("bytes"), mark.bytes}, {key("hash"), mark.hash}};
    }
    QJsonArray evaluations;
    for (const auto& e : draft.evaluations)
        for (std::size_t i = 0; i < draft.sources.size(); ++i)
            if (draft.sources[i]->path == e->source) {
                QJsonObject o = toJson(*e, draft.losses);
                o[key("checkpoint")] = static_cast<int>(i);
                QJsonArray texts;
                for (const QString& t : e->texts) texts << placeIn(folder, t);
                o[key("texts")] = texts;
                o[key("stale")] = e->stale;
                evaluations << o;
                break;
            }
    draft.work[key("evaluations")] = evaluations;
    draft.session.state["work"] = jsonText(draft.work);
    return session::saveSession(file, draft.session, context);
}

void SessionStore::save(const QString& path, const QJsonObject& window)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    m_work.jobs().start<bool>(
        tr("save %1").arg(QFileInfo(path).fileName()),
        [d = draft(window), file = std::filesystem::path(absolute.toStdString())](const Context& context) -> Result<bool> {
            QS_TRY(write(*d, file, nullptr, context));
            return true;
        },
        [this, absolute](Result<bool> r) {
            if (r) {
                m_path = absolute;
                emit saved(absolute);
            } else if (r.error().code != ErrorCode::Cancelled) {
                emit failed(errorText(r.error()));
            }
        });
}

void SessionStore::saveRecovery(const QString& path, const QJsonObject& window, std::function<void(Status)> done)
{
    auto d = draft(window);
    d->pending = m_work.pending();
    d->losses = false; // a recovery file is small
    d->work[key("session_path")] = m_path;
    d->work[key("when")] = QDateTime::currentDateTime().toString(Qt::ISODate);
    m_work.jobs().request<bool>(
        this, key("recovery"),
        [d, cache = m_work.resultCache(), file = std::filesystem::path(path.toStdString())](const Context& context) -> Result<bool> {
            QS_TRY(write(*d, file, cache.get(), context));
            return true;
        },
        [done = std::move(done)](Result<bool> r) { done(r ? Status() : fail(std::move(r.error()))); });
}

Result<SessionStore::RecoverySummary> SessionStore::readRecovery(const QString& path, const Context& context)
{
    QS_ASSIGN(const auto s, session::loadSession(path.toStdString(), context));
    const QJsonObject work = jsonObject(s.state, "work");
    RecoverySummary out;
    out.when = QDateTime::fromString(work[key("when")].toString(), Qt::ISODate);
    out.checkpoints = static_cast<int>(s.checkpoints.size());
    out.results = static_cast<int>(s.results.size());
    out.pending = static_cast<int>(work[key("jobs")].toArray().size());
    return out;
}

Result<std::shared_ptr<SessionStore::Opened>> SessionStore::read(const std::filesystem::path& file, study::ResultCache* cache,
                                                                 const Context& context)
{
    auto out = std::make_shared<Opened>();
    QS_ASSIGN(out->session, session::loadSession(file, context));
    for (const auto& c : out->session.checkpoints) {
        auto source = exporting::openAny(c.path, context);
        if (!source && source.error().code == ErrorCode::Cancelled) return cancelled();
        out->sources.push_back(source ? *source : nullptr);
        const auto state = session::compareCheckpoint(c, out->sources.back().get());
        const QString name = text(c.path.string());
        out->changed.push_back(source && state == session::CheckpointState::Changed);
        if (!source) out->warnings << errorText(source.error());
        else if (state == session::CheckpointState::Changed) out->warnings << tr("%1 has changed since the session was saved").arg(name);
    }
    const QJsonObject work = jsonObject(out->session.state, "work");
    const auto folder = std::filesystem::absolute(file).parent_path();
    if (const QJsonObject c = work[key("calibration")].toObject(); !c.isEmpty()) {
        const QString path = placeFrom(folder, c[key("path")].toString());
        const FileMark now = markOf(path);
        if (now.bytes < 0) {
            out->warnings << tr("The calibration file %1 is gone").arg(path);
        } else {
            out->calibration = path;
            out->calibrationChanged = now.bytes != static_cast<qint64>(c[key("bytes")].toDouble()) || now.hash != c[key("hash")].toString();
            if (out->calibrationChanged) out->warnings << tr("%1 has changed since the session was saved").arg(path);
        }
    }
    for (const auto& value : work[key("evaluations")].toArray()) {
        const QJsonObject o = value.toObject();
        const auto i = static_cast<std::size_t>(o[key("checkpoint")].toInt(-1));
        const auto read = evaluationFromJson(o);
        if (!read || i >= out->sources.size() || !out->sources[i]) continue;
        auto e = std::make_shared<EvaluationRecord>(*read);
        e->source = out->sources[i]->path.string();
        for (QString& t : e->texts) t = placeFrom(folder, t);
        if (context.stopped()) return cancelled();
        e->stale = o[key("stale")].toBool() || out->changed[i] || !sameTexts(e->texts, e->textHash);
        out->evaluations.push_back(std::move(e));
    }
    const QJsonArray outputs = work[key("outputs")].toArray();
    for (std::size_t i = 0; i < out->session.results.size(); ++i) {
        const QJsonArray sums = outputs[static_cast<qsizetype>(i)].toArray();
        if (sums.size() != 3 || sums[0].toDouble() < 1) continue;
        auto cell = std::make_shared<study::CellResult>(*out->session.results[i].cell);
        cell->error.outputLayers = static_cast<std::uint64_t>(sums[0].toDouble());
        cell->error.sumOutputError = sums[1].toDouble();
        cell->error.sumOutput = sums[2].toDouble();
        out->session.results[i].cell = std::move(cell);
    }
    const QJsonArray keys = work[key("cache_keys")].toArray();
    for (std::size_t i = 0; i < out->session.results.size(); ++i) {
        auto& saved = out->session.results[i];
        const std::string k = keys[static_cast<qsizetype>(i)].toString().toStdString();
        if (saved.cell->artefact || k.empty()) continue;
        auto hit = cache ? cache->find(k, saved.cell->tensor, saved.cell->recipe, saved.cell->seed, context) : std::nullopt;
        if (context.stopped()) return cancelled();
        if (!hit) {
            out->lost.push_back(i);
            continue;
        }
        auto cell = std::make_shared<study::CellResult>(*saved.cell);
        cell->artefact = std::move(hit->artefact);
        cell->decoder = std::move(hit->decoder);
        cell->cacheKey = k;
        saved.cell = std::move(cell);
    }
    return out;
}

// Into the workspace: in place of what is there, or beside it.
void SessionStore::apply(const Opened& o, bool beside)
{
    Workspace& w = m_work.workspace();
    if (!beside) w.clear();
    const QJsonObject work = jsonObject(o.session.state, "work");
    std::vector<int> ids;
    for (const auto& source : o.sources) ids.push_back(source ? w.addCheckpoint(source) : 0);
    // With their slots, so that a recipe gets its colour back.
    const QJsonArray chips = work[key("chips")].toArray();
    if (chips.size() == static_cast<qsizetype>(o.session.recipes.size()) && w.recipes().empty()) {
        std::vector<RecipeChip> list;
        std::set<int> taken;
        for (std::size_t i = 0; i < o.session.recipes.size(); ++i) {
            const QJsonObject chip = chips[static_cast<qsizetype>(i)].toObject();
            RecipeChip c{o.session.recipes[i].recipe, chip[key("slot")].toInt(), chip[key("enabled")].toBool(true), {}};
            for (const auto& f : chip[key("former")].toArray())
                if (auto r = quant::parseRecipe(f.toString().toStdString())) c.former.push_back(std::move(*r));
            if (c.slot > 0 && taken.insert(c.slot).second) list.push_back(std::move(c));
        }
        w.setRecipes(std::move(list));
    } else {
        auto recipes = o.session.recipes;
        std::stable_sort(recipes.begin(), recipes.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
        for (const auto& recipe : recipes) w.addRecipe(recipe.recipe);
    }
    std::vector<Workbench::PendingCell> anew;
    std::vector<ResultPtr> put(o.session.results.size());
    for (std::size_t i = 0; i < o.session.results.size(); ++i) {
        const auto& saved = o.session.results[i];
        if (saved.checkpoint >= o.sources.size() || !o.sources[saved.checkpoint] || !saved.cell) continue;
        const auto& path = o.sources[saved.checkpoint]->path;
        if (std::find(o.lost.begin(), o.lost.end(), i) != o.lost.end()) {
            anew.push_back({path.string(), saved.cell->tensor, saved.cell->recipe.text()});
            continue;
        }
        put[i] = saved.cell;
        if (saved.cell->source != path) {
            auto cell = std::make_shared<study::CellResult>(*saved.cell);
            cell->source = path;
            put[i] = cell;
        }
        w.addResult(put[i]);
    }
    std::set<ResultPtr> pins = w.pinned();
    for (const auto& p : work[key("pins")].toArray())
        if (const auto i = static_cast<std::size_t>(p.toInt(-1)); i < put.size() && put[i]) pins.insert(put[i]);
    w.setPinned(pins);
    auto notes = w.notes();
    const auto sourceAt = [&](const QJsonObject& layer) -> const io::ModelSource* {
        const auto i = static_cast<std::size_t>(layer[key("checkpoint")].toInt(-1));
        return i < o.sources.size() ? o.sources[i].get() : nullptr;
    };
    for (const auto& value : work[key("notes")].toArray()) {
        const QJsonObject n = value.toObject();
        const auto* source = sourceAt(n);
        if (!source) continue;
        LayerNote note{n[key("text")].toString(), n[key("tags")].toVariant().toStringList()};
        if (!note.empty()) notes[{source->path.string(), n[key("tensor")].toString().toStdString()}] = std::move(note);
    }
    w.setNotes(std::move(notes));
    const auto layersOf = [&](const char* name) {
        std::map<LayerKey, std::string> out;
        for (const auto& value : work[key(name)].toArray()) {
            const QJsonObject l = value.toObject();
            if (const auto* source = sourceAt(l)) out[{source->path.string(), l[key("tensor")].toString().toStdString()}] = l[key("result")].toString().toStdString();
        }
        return out;
    };
    if (!beside || w.mixture().empty()) w.setMixture(layersOf("mixture"));
    if (!beside || w.budgetPins().empty()) w.setBudgetPins(layersOf("budget_pins"));
    for (const auto& e : o.evaluations) w.addEvaluation(e);
    if (!o.calibration.isEmpty() && (!beside || w.calibrationPath().isEmpty())) {
        if (o.calibrationChanged) {
            std::vector<ResultPtr> stale;
            for (const auto& r : put)
                if (r && r->error.hasOutput()) stale.push_back(r);
            w.setOutdated(stale, true);
            connect(&m_work, &Workbench::calibrationOpened, this, [&w] { w.setCalibrationStale(true); }, Qt::SingleShotConnection);
        }
        m_work.openCalibration(o.calibration, false);
    }
    const QJsonObject selection = jsonObject(o.session.state, "selection");
    const auto at = static_cast<std::size_t>(selection[key("checkpoint")].toInt(-1));
    if (at < o.sources.size() && o.sources[at]) {
        Selection& s = m_work.selection();
        s.setTensor({ids[at], o.sources[at]->find(selection[key("tensor")].toString().toStdString())});
        for (const auto& shown : s.shown()) {
            const QString recipe = text(shown->key());
            if (recipe == selection[key("a")].toString()) s.setA(shown);
            else if (recipe == selection[key("b")].toString()) s.setB(shown);
        }
        m_wantedA = s.a() && text(s.a()->key()) == selection[key("a")].toString() ? std::string() : selection[key("a")].toString().toStdString();
        m_wantedB = s.b() && text(s.b()->key()) == selection[key("b")].toString() ? std::string() : selection[key("b")].toString().toStdString();
    }
    for (const auto& value : work[key("jobs")].toArray()) {
        const QJsonObject cell = value.toObject();
        if (const auto* source = sourceAt(cell))
            anew.push_back({source->path.string(), cell[key("tensor")].toString().toStdString(), cell[key("recipe")].toString().toStdString()});
    }
    m_work.resume(anew);
    for (const auto& value : work[key("compared")].toArray()) {
        const auto i = static_cast<std::size_t>(value.toObject()[key("checkpoint")].toInt(-1));
        if (i < ids.size() && ids[i] > 0) emit compareRequested(ids[i], value.toObject()[key("path")].toString());
    }
    for (std::size_t i = 0; i < o.changed.size() && i < ids.size(); ++i)
        if (o.changed[i] && ids[i] > 0) m_work.checkResults(ids[i]);
}

void SessionStore::open(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    m_work.jobs().request<std::shared_ptr<Opened>>(
        this, key("open"),
        [file = std::filesystem::path(absolute.toStdString())](const Context& context) { return read(file, nullptr, context); },
        [this, absolute](Result<std::shared_ptr<Opened>> r) {
            if (!r) {
                if (r.error().code != ErrorCode::Cancelled) emit failed(errorText(r.error()));
                return;
            }
            apply(**r, false);
            m_path = absolute;
            emit opened(absolute, jsonObject((*r)->session.state, "window"), (*r)->warnings);
        });
}

void SessionStore::openRecovery(const QString& path)
{
    m_work.jobs().request<std::shared_ptr<Opened>>(
        this, key("open"),
        [file = std::filesystem::path(path.toStdString()), cache = m_work.resultCache()](const Context& context) {
            return read(file, cache.get(), context);
        },
        [this](Result<std::shared_ptr<Opened>> r) {
            if (!r) {
                if (r.error().code != ErrorCode::Cancelled) emit failed(errorText(r.error()));
                return;
            }
            const bool beside = !m_work.workspace().checkpoints().empty();
            apply(**r, beside);
            if (!beside) m_path = jsonObject((*r)->session.state, "work")[key("session_path")].toString();
            emit opened({}, jsonObject((*r)->session.state, "window"), (*r)->warnings);
        });
}

} // namespace qs::gui
