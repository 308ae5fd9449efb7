// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/session_store.h"

#include "core/export/open_any.h"
#include "core/session/session.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <algorithm>

namespace qs::gui {
namespace {

std::string jsonText(const QJsonObject& object) { return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString(); }

QJsonObject jsonObject(const std::map<std::string, std::string>& state, const char* key)
{
    const auto it = state.find(key);
    return it == state.end() ? QJsonObject() : QJsonDocument::fromJson(QByteArray::fromStdString(it->second)).object();
}

QString key(const char* name) { return QString::fromLatin1(name); }

struct Opened {
    session::Session session;
    std::vector<std::shared_ptr<const io::ModelSource>> sources; ///< null: could not be opened
    QStringList warnings;
};

} // namespace

SessionStore::SessionStore(Workbench& workbench, QObject* parent) : QObject(parent), m_work(workbench) {}

void SessionStore::save(const QString& path, const QJsonObject& window)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    session::Session s;
    const Workspace& w = m_work.workspace();
    std::vector<std::shared_ptr<const io::ModelSource>> sources;
    for (const auto& c : w.checkpoints()) sources.push_back(c.source);
    for (const auto& r : w.recipes()) s.recipes.push_back({r.recipe.label(), r.recipe, std::min(r.slot, session::kMostSlots)});
    for (const auto& r : w.results())
        for (std::size_t i = 0; i < sources.size(); ++i)
            if (sources[i]->path == r->source && !r->foreign) s.results.push_back({i, r});
    QJsonObject selection;
    if (const auto* info = m_work.selection().tensorInfo()) {
        selection[key("tensor")] = QString::fromStdString(info->name);
        for (std::size_t i = 0; i < w.checkpoints().size(); ++i)
            if (w.checkpoints()[i].id == m_work.selection().tensor().checkpoint) selection[key("checkpoint")] = static_cast<int>(i);
        if (const auto a = m_work.selection().a()) selection[key("a")] = QString::fromStdString(a->recipe.text());
        if (const auto b = m_work.selection().b()) selection[key("b")] = QString::fromStdString(b->recipe.text());
    }
    s.state["selection"] = jsonText(selection);
    s.state["window"] = jsonText(window);
    m_work.jobs().start<bool>(
        tr("save %1").arg(QFileInfo(path).fileName()),
        [s = std::move(s), sources, file = std::filesystem::path(absolute.toStdString())](const Context& context) mutable -> Result<bool> {
            for (const auto& source : sources) {
                QS_ASSIGN(auto c, session::describeCheckpoint(*source));
                s.checkpoints.push_back(std::move(c));
            }
            QS_TRY(session::saveSession(file, s, context));
            return true;
        },
        [this, absolute](Result<bool> r) {
            if (r) {
                m_path = absolute;
                emit saved(absolute);
            } else if (r.error().code != ErrorCode::Cancelled) {
                emit failed(QString::fromStdString(r.error().text()));
            }
        });
}

void SessionStore::open(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    m_work.jobs().request<std::shared_ptr<Opened>>(
        this, key("open"),
        [file = std::filesystem::path(absolute.toStdString())](const Context& context) -> Result<std::shared_ptr<Opened>> {
            auto out = std::make_shared<Opened>();
            QS_ASSIGN(out->session, session::loadSession(file, context));
            for (const auto& c : out->session.checkpoints) {
                auto source = exporting::openAny(c.path, context);
                if (!source && source.error().code == ErrorCode::Cancelled) return cancelled();
                out->sources.push_back(source ? *source : nullptr);
                const auto state = session::compareCheckpoint(c, out->sources.back().get());
                const QString name = QString::fromStdString(c.path.string());
                if (!source) out->warnings << QString::fromStdString(source.error().text());
                else if (state == session::CheckpointState::Changed) out->warnings << tr("%1 has changed since the session was saved").arg(name);
            }
            return out;
        },
        [this, absolute](Result<std::shared_ptr<Opened>> r) {
            if (!r) {
                if (r.error().code != ErrorCode::Cancelled) emit failed(QString::fromStdString(r.error().text()));
                return;
            }
            const Opened& o = **r;
            Workspace& w = m_work.workspace();
            w.clear();
            std::vector<int> ids;
            for (const auto& source : o.sources) ids.push_back(source ? w.addCheckpoint(source) : 0);
            // Slots are given in order, so a recipe gets its colour back.
            auto recipes = o.session.recipes;
            std::stable_sort(recipes.begin(), recipes.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
            for (const auto& recipe : recipes) w.addRecipe(recipe.recipe);
            for (const auto& saved : o.session.results) {
                if (saved.checkpoint >= o.sources.size() || !o.sources[saved.checkpoint] || !saved.cell) continue;
                if (saved.cell->source == o.sources[saved.checkpoint]->path) {
                    w.addResult(saved.cell);
                } else {
                    auto cell = std::make_shared<study::CellResult>(*saved.cell);
                    cell->source = o.sources[saved.checkpoint]->path;
                    w.addResult(cell);
                }
            }
            const QJsonObject selection = jsonObject(o.session.state, "selection");
            const auto at = static_cast<std::size_t>(selection[key("checkpoint")].toInt(-1));
            if (at < o.sources.size() && o.sources[at]) {
                Selection& s = m_work.selection();
                s.setTensor({ids[at], o.sources[at]->find(selection[key("tensor")].toString().toStdString())});
                for (const auto& shown : s.shown()) {
                    const QString text = QString::fromStdString(shown->recipe.text());
                    if (text == selection[key("a")].toString()) s.setA(shown);
                    else if (text == selection[key("b")].toString()) s.setB(shown);
                }
            }
            m_path = absolute;
            emit opened(absolute, jsonObject(o.session.state, "window"), o.warnings);
        });
}

} // namespace qs::gui
