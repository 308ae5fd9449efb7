// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/checkpoint_model.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"
#include "widgets/models/model_roles.h"
#include "widgets/models/tensor_label.h"

#include <QRegularExpression>
#include <algorithm>
#include <map>
#include <numeric>

namespace qs::gui {
namespace {

// tag:WORD, !tag:WORD; tag: alone is any tag.
bool isTag(const QString& word)
{
    return word.startsWith(QLatin1String("tag:"), Qt::CaseInsensitive) || word.startsWith(QLatin1String("!tag:"), Qt::CaseInsensitive);
}

bool isSelector(const QString& word)
{
    return word.startsWith(QLatin1Char('!')) || word.contains(QLatin1Char('*')) || word.contains(QLatin1Char('?'))
        || word.startsWith(QLatin1String("role:")) || word.startsWith(QLatin1String("block:"))
        || word.startsWith(QLatin1String("expert:"));
}

// Before the blocks stand the embeddings, after them everything else.
bool standsBefore(io::Role role) { return role == io::Role::Embedding || role == io::Role::PositionEmbedding; }

bool containsNoCase(std::string_view text, std::string_view lowerNeedle)
{
    const auto it = std::search(text.begin(), text.end(), lowerNeedle.begin(), lowerNeedle.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    });
    return it != text.end();
}

// The biggest share of the bytes names a checkpoint's type.
DType mainType(const io::ModelSource& source)
{
    std::map<DType, std::uint64_t> bytes;
    for (const auto& t : source.tensors) bytes[t.dtype] += t.bytes;
    const auto it = std::max_element(bytes.begin(), bytes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return it == bytes.end() ? DType::F32 : it->first;
}

QString fromView(std::string_view s) { return QString::fromUtf8(s.data(), static_cast<qsizetype>(s.size())); }

} // namespace

CheckpointModel::CheckpointModel(Workspace& workspace, QObject* parent) : QAbstractItemModel(parent), m_workspace(workspace)
{
    connect(&workspace, &Workspace::checkpointsChanged, this, &CheckpointModel::rebuild);
    connect(&workspace, &Workspace::notesChanged, this, [this] {
        if (m_filter.contains(QLatin1String("tag:"))) return rebuild();
        for (const Node& n : m_nodes) // children lie side by side
            if (n.count > 0)
                emit dataChanged(createIndex(0, NameColumn, static_cast<quintptr>(n.first)),
                                 createIndex(n.count - 1, NameColumn, static_cast<quintptr>(n.first + n.count - 1)));
    });
    rebuild();
}

void CheckpointModel::setFilter(const QString& filter)
{
    if (filter == m_filter) return;
    m_filter = filter;
    rebuild();
}

std::vector<int> CheckpointModel::matching(const io::ModelSource& source)
{
    static const QRegularExpression kSpaces(QStringLiteral("\\s+"));
    std::vector<std::string> globs;
    std::vector<std::string> words;
    QStringList tags;
    for (const QString& word : m_filter.split(kSpaces, Qt::SkipEmptyParts))
        if (isTag(word)) tags << word;
        else (isSelector(word) ? globs : words).push_back(isSelector(word) ? word.toStdString() : word.toLower().toStdString());
    std::vector<int> out;
    if (globs.empty()) {
        out.resize(source.tensors.size());
        std::iota(out.begin(), out.end(), 0);
    } else {
        const bool onlyExcludes = std::all_of(globs.begin(), globs.end(), [](const std::string& g) { return g[0] == '!'; });
        if (onlyExcludes) globs.emplace_back("*");
        const auto chosen = io::selectTensors(source, globs);
        if (!chosen) {
            m_filterError = errorText(chosen.error());
            return {};
        }
        for (const std::size_t i : *chosen) out.push_back(static_cast<int>(i));
    }
    for (const QString& tag : tags) {
        const bool without = tag.startsWith(QLatin1Char('!'));
        const QString word = tag.mid(without ? 5 : 4);
        std::erase_if(out, [&](int i) {
            const auto has = m_workspace.note({source.path.string(), source.tensors[static_cast<std::size_t>(i)].name}).tags;
            const bool found = word.isEmpty() ? !has.isEmpty() : has.contains(word, Qt::CaseInsensitive);
            return found == without;
        });
    }
    if (!words.empty())
        std::erase_if(out, [&](int i) {
            const auto& t = source.tensors[static_cast<std::size_t>(i)];
            return !std::all_of(words.begin(), words.end(), [&](const std::string& w) {
                return containsNoCase(t.name, w) || containsNoCase(io::roleName(t.place.role), w)
                    || containsNoCase(dtypeName(t.dtype), w);
            });
        });
    return out;
}

int CheckpointModel::appendGroup(int parent, std::vector<Node> group)
{
    const int first = static_cast<int>(m_nodes.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
        group[i].parent = parent;
        group[i].row = static_cast<int>(i);
        m_nodes.push_back(group[i]);
    }
    if (parent >= 0) {
        m_nodes[static_cast<std::size_t>(parent)].first = first;
        m_nodes[static_cast<std::size_t>(parent)].count = static_cast<int>(group.size());
    }
    return first;
}

void CheckpointModel::addChildren(int parent, int checkpoint, std::span<const int> tensors)
{
    const auto& source = *m_checkpoints[static_cast<std::size_t>(checkpoint)].source;
    const auto info = [&](int i) -> const io::TensorInfo& { return source.tensors[static_cast<std::size_t>(i)]; };
    std::vector<Node> children;
    std::vector<Node> after;
    std::map<int, std::vector<int>> blocks;
    const auto leaf = [&](int i) {
        Node n;
        n.checkpoint = checkpoint;
        n.tensor = i;
        return n;
    };
    for (const int i : tensors) {
        const io::Place& place = info(i).place;
        if (place.block >= 0) blocks[place.block].push_back(i);
        else (standsBefore(place.role) ? children : after).push_back(leaf(i));
    }
    std::vector<std::vector<int>> inBlock;
    const std::size_t firstBlock = children.size();
    for (auto& [number, list] : blocks) {
        Node n;
        n.kind = Kind::Block;
        n.checkpoint = checkpoint;
        n.number = number;
        children.push_back(n);
        inBlock.push_back(std::move(list));
    }
    children.insert(children.end(), after.begin(), after.end());
    const int first = appendGroup(parent, std::move(children));
    for (std::size_t b = 0; b < inBlock.size(); ++b) {
        std::vector<int>& list = inBlock[b];
        std::stable_sort(list.begin(), list.end(), [&](int x, int y) {
            return std::pair(info(x).place.expert, info(x).place.role) < std::pair(info(y).place.expert, info(y).place.role);
        });
        const int block = first + static_cast<int>(firstBlock + b);
        std::vector<Node> members;
        std::map<int, std::vector<Node>> experts;
        for (const int i : list) {
            const int e = info(i).place.expert;
            if (e < 0) members.push_back(leaf(i));
            else experts[e].push_back(leaf(i));
        }
        const std::size_t plain = members.size();
        for (const auto& [number, nodes] : experts) {
            Node n;
            n.kind = Kind::Expert;
            n.checkpoint = checkpoint;
            n.number = number;
            members.push_back(n);
        }
        int expertNode = appendGroup(block, std::move(members)) + static_cast<int>(plain);
        for (auto& [number, nodes] : experts) appendGroup(expertNode++, std::move(nodes));
    }
}

void CheckpointModel::rebuild()
{
    beginResetModel();
    m_checkpoints = m_workspace.checkpoints();
    m_nodes.clear();
    m_order.clear();
    m_filterError.clear();
    m_shown = 0;
    m_all = 0;
    std::vector<std::vector<int>> chosen;
    std::vector<Node> roots;
    for (std::size_t c = 0; c < m_checkpoints.size(); ++c) {
        Node n;
        n.kind = Kind::Checkpoint;
        n.checkpoint = static_cast<int>(c);
        roots.push_back(n);
        chosen.push_back(matching(*m_checkpoints[c].source));
        m_shown += static_cast<int>(chosen.back().size());
        m_all += static_cast<int>(m_checkpoints[c].source->tensors.size());
    }
    m_roots = static_cast<int>(roots.size());
    m_nodes.reserve(static_cast<std::size_t>(m_shown + 64));
    appendGroup(-1, std::move(roots));
    for (int c = 0; c < m_roots; ++c) addChildren(c, c, chosen[static_cast<std::size_t>(c)]);
    // Depth first: the order in which J and K walk.
    const auto walk = [&](const auto& self, int at) -> void {
        const Node& n = m_nodes[static_cast<std::size_t>(at)];
        if (n.kind == Kind::Tensor) m_order.push_back(at);
        for (int i = 0; i < n.count; ++i) self(self, n.first + i);
    };
    for (int c = 0; c < m_roots; ++c) walk(walk, c);
    endResetModel();
}

CheckpointModel::Kind CheckpointModel::kind(const QModelIndex& index) const
{
    return index.isValid() ? node(index).kind : Kind::Checkpoint;
}

TensorRef CheckpointModel::tensor(const QModelIndex& index) const
{
    if (!index.isValid() || node(index).kind != Kind::Tensor) return {};
    return {checkpointId(index), node(index).tensor};
}

int CheckpointModel::checkpointId(const QModelIndex& index) const
{
    return index.isValid() ? m_checkpoints[static_cast<std::size_t>(node(index).checkpoint)].id : 0;
}

QModelIndex CheckpointModel::indexOf(TensorRef tensor, int column) const
{
    if (!tensor.valid()) return {};
    for (const int at : m_order) {
        const Node& n = m_nodes[static_cast<std::size_t>(at)];
        if (n.tensor == tensor.tensor && m_checkpoints[static_cast<std::size_t>(n.checkpoint)].id == tensor.checkpoint)
            return createIndex(n.row, column, static_cast<quintptr>(at));
    }
    return {};
}

void CheckpointModel::collect(int at, std::vector<TensorRef>& out) const
{
    const Node& n = m_nodes[static_cast<std::size_t>(at)];
    const Checkpoint& c = m_checkpoints[static_cast<std::size_t>(n.checkpoint)];
    if (n.kind == Kind::Tensor) {
        const auto& t = c.source->tensors[static_cast<std::size_t>(n.tensor)];
        const io::MatrixShape m = io::matrixShape(t);
        const bool known = io::isLinearRole(t.place.role) && t.shape.rank() >= 2;
        const bool matrix = t.place.role == io::Role::Other && t.shape.rank() == 2 && m.rows >= 8 && m.cols >= 8;
        if (isWeightFloat(t.dtype) && (known || matrix)) out.push_back({c.id, n.tensor});
    }
    for (int i = 0; i < n.count; ++i) collect(n.first + i, out);
}

std::vector<TensorRef> CheckpointModel::tensorsUnder(const QModelIndex& index) const
{
    if (!index.isValid()) return {};
    if (const TensorRef t = tensor(index); t.valid()) return {t};
    std::vector<TensorRef> out;
    collect(static_cast<int>(index.internalId()), out);
    return out;
}

TensorRef CheckpointModel::neighbour(TensorRef tensor, int step) const
{
    if (m_order.empty()) return {};
    const QModelIndex now = indexOf(tensor);
    std::ptrdiff_t at = step > 0 ? -1 : static_cast<std::ptrdiff_t>(m_order.size());
    if (now.isValid())
        at = std::find(m_order.begin(), m_order.end(), static_cast<int>(now.internalId())) - m_order.begin();
    at += step;
    if (at < 0 || at >= static_cast<std::ptrdiff_t>(m_order.size())) return {};
    const Node& n = m_nodes[static_cast<std::size_t>(m_order[static_cast<std::size_t>(at)])];
    return {m_checkpoints[static_cast<std::size_t>(n.checkpoint)].id, n.tensor};
}

std::vector<TensorRef> CheckpointModel::shown() const
{
    std::vector<TensorRef> out;
    out.reserve(m_order.size());
    for (const int at : m_order) {
        const Node& n = m_nodes[static_cast<std::size_t>(at)];
        out.push_back({m_checkpoints[static_cast<std::size_t>(n.checkpoint)].id, n.tensor});
    }
    return out;
}

QModelIndex CheckpointModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent)) return {};
    const int first = parent.isValid() ? node(parent).first : 0;
    return createIndex(row, column, static_cast<quintptr>(first + row));
}

QModelIndex CheckpointModel::parent(const QModelIndex& index) const
{
    if (!index.isValid()) return {};
    const int up = node(index).parent;
    return up < 0 ? QModelIndex() : createIndex(m_nodes[static_cast<std::size_t>(up)].row, 0, static_cast<quintptr>(up));
}

int CheckpointModel::rowCount(const QModelIndex& parent) const
{
    if (parent.column() > 0) return 0;
    return parent.isValid() ? node(parent).count : m_roots;
}

int CheckpointModel::columnCount(const QModelIndex&) const { return ColumnCount; }

QString CheckpointModel::text(const Node& n, int column) const
{
    const Checkpoint& c = m_checkpoints[static_cast<std::size_t>(n.checkpoint)];
    switch (n.kind) {
    case Kind::Checkpoint:
        if (column == NameColumn) return QString::fromStdString(escapeText(c.title.toStdString()));
        if (column == ShapeColumn)
            return fromView(dtypeName(mainType(*c.source))).toLower() + QStringLiteral(" · ")
                + QString::fromStdString(formatBytes(c.source->fileBytes()));
        if (column == SizeColumn) return QString::fromStdString(formatBytes(c.source->fileBytes()));
        return {};
    case Kind::Block:
    case Kind::Expert:
        if (column == NameColumn)
            return (n.kind == Kind::Block ? tr("block %1") : tr("expert %1")).arg(n.number);
        if (column == ShapeColumn) return QString::number(n.count);
        return {};
    case Kind::Tensor: break;
    }
    const io::TensorInfo& t = c.source->tensors[static_cast<std::size_t>(n.tensor)];
    switch (column) {
    case NameColumn: {
        // A mark for a note, the tags in words.
        const LayerNote note = m_workspace.notes().empty() ? LayerNote() : m_workspace.note({c.source->path.string(), t.name});
        QString name = tensorLabel(t.name, t.place);
        if (!note.text.isEmpty()) name += QStringLiteral(" ✎");
        for (const QString& tag : note.tags) name += QStringLiteral(" #") + tag;
        return name;
    }
    case ShapeColumn: return QString::fromStdString(t.shape.text());
    case DTypeColumn: return fromView(dtypeName(t.dtype));
    case BitsColumn: return QString::fromStdString(formatNumber(bitsPerElement(t.dtype)));
    case SizeColumn: return QString::fromStdString(formatBytes(t.bytes));
    default: return {};
    }
}

QVariant CheckpointModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Node& n = node(index);
    switch (role) {
    case Qt::DisplayRole: return text(n, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(index.column() == NameColumn ? Qt::AlignLeft | Qt::AlignVCenter
                                                                 : Qt::AlignRight | Qt::AlignVCenter);
    case SecondaryRole: return index.column() != NameColumn;
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole: {
        const Checkpoint& c = m_checkpoints[static_cast<std::size_t>(n.checkpoint)];
        const QString file = QString::fromStdString(escapeText(c.source->path.string()));
        const auto bytes = [](std::uint64_t v) { return QStringLiteral("= %1 B").arg(QString::fromStdString(formatCount(v))); };
        if (n.kind == Kind::Checkpoint)
            return explain(Figure::FileBytes, {index.column() == ShapeColumn ? tr("most of its elements are %1").arg(fromView(dtypeName(mainType(*c.source))).toLower()) : QString(),
                                               bytes(c.source->fileBytes()), tr("%1 tensors").arg(QString::fromStdString(formatCount(c.source->tensors.size())))}, file);
        if (n.kind != Kind::Tensor) {
            if (index.column() == NameColumn) return explain(n.kind == Kind::Block ? Figure::Block : Figure::Expert, {}, file);
            return explain(Figure::TensorCount, {tr("in this part of the tree, as the filter shows it")}, file);
        }
        const auto& t = c.source->tensors[static_cast<std::size_t>(n.tensor)];
        const QString name = QString::fromStdString(escapeText(t.name));
        const QString of = tr("%1 of %2").arg(name, file);
        switch (index.column()) {
        case NameColumn:
            return explain(Figure::Tensor, {QString::fromStdString(escapeText(t.name) + "\n" + t.shape.text() + " " + std::string(dtypeName(t.dtype)) + ", " + formatBytes(t.bytes)),
                                            m_workspace.note({c.source->path.string(), t.name}).text}, file);
        case ShapeColumn: return explain(Figure::Shape, {tr("%1 elements").arg(QString::fromStdString(formatCount(t.shape.elements())))}, of);
        case SizeColumn: return explain(Figure::TensorBytes, {bytes(t.bytes)}, of);
        default:
            return explain(Figure::TypeBits, {tr("%1: %2 bits for each of %3 elements").arg(fromView(dtypeName(t.dtype)), QString::fromStdString(formatNumber(bitsPerElement(t.dtype))),
                                                                                         QString::fromStdString(formatCount(t.shape.elements())))}, of);
        }
    }
    case Qt::AccessibleTextRole:
        return index.column() == NameColumn ? text(n, NameColumn) + QStringLiteral(", ") + text(n, ShapeColumn)
                                            : text(n, index.column());
    case RawRole:
        if (n.kind == Kind::Tensor) {
            const auto& t = m_checkpoints[static_cast<std::size_t>(n.checkpoint)].source->tensors[static_cast<std::size_t>(n.tensor)];
            if (index.column() == SizeColumn) return static_cast<qulonglong>(t.bytes);
            if (index.column() == BitsColumn) return bitsPerElement(t.dtype);
        }
        return text(n, index.column());
    default: return {};
    }
}

QVariant CheckpointModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(section == NameColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case NameColumn: return tr("name");
    case ShapeColumn: return tr("shape");
    case DTypeColumn: return tr("type");
    case BitsColumn: return tr("bits/weight");
    case SizeColumn: return tr("size");
    default: return {};
    }
}

} // namespace qs::gui
