// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/doctor/check_structure.h"

#include "core/base/format.h"

#include <algorithm>
#include <map>
#include <set>

namespace qs::doctor {
namespace {

std::optional<std::int64_t> configNumber(const io::ModelSource& source, std::initializer_list<const char*> keys)
{
    for (const char* key : keys) {
        const io::MetaEntry* e = source.meta(key);
        if (!e || e->isArray || e->values.size() != 1) continue;
        if (const auto* i = std::get_if<std::int64_t>(&e->values[0])) return *i;
        if (const auto* u = std::get_if<std::uint64_t>(&e->values[0])) return static_cast<std::int64_t>(*u);
    }
    return {};
}

// A name with its block number taken out, so that the same tensor of all blocks has one name.
std::string withoutBlock(const io::TensorInfo& t)
{
    const std::string number = std::to_string(t.place.block);
    for (std::size_t at = t.name.find(number); at != std::string::npos; at = t.name.find(number, at + 1)) {
        const bool starts = at == 0 || t.name[at - 1] == '.';
        const bool ends = at + number.size() == t.name.size() || t.name[at + number.size()] == '.';
        if (starts && ends) return t.name.substr(0, at) + "N" + t.name.substr(at + number.size());
    }
    return t.name;
}

void checkBlocks(const io::ModelSource& source, std::vector<Finding>& out)
{
    std::set<int> blocks;
    std::map<std::string, std::set<int>> where;
    for (const auto& t : source.tensors) {
        if (t.place.block < 0) continue;
        blocks.insert(t.place.block);
        where[withoutBlock(t)].insert(t.place.block);
    }
    if (blocks.empty()) return;
    const auto wanted = configNumber(source, {"config.num_hidden_layers", "config.n_layer", "config.num_layers"});
    const int last = wanted && *wanted > 0 && *wanted < 100000 ? static_cast<int>(*wanted) - 1 : *blocks.rbegin();
    std::string missing;
    int count = 0;
    for (int b = 0; b <= last; ++b)
        if (!blocks.contains(b) && ++count <= 8) missing += (missing.empty() ? "" : ", ") + std::to_string(b);
    if (count > 0)
        out.push_back({Severity::Problem, "missing_blocks", "", {}, {},
                       (wanted ? "config.json names " + std::to_string(*wanted) + " blocks" : "blocks are numbered up to " + std::to_string(last))
                           + ", but " + std::to_string(count) + (count == 1 ? " has" : " have") + " no tensor: " + missing + (count > 8 ? ", …" : "")});
    if (wanted && *blocks.rbegin() >= *wanted)
        out.push_back({Severity::Warning, "extra_blocks", "", {}, {},
                       "config.json names " + std::to_string(*wanted) + " blocks, but there are tensors of block " + std::to_string(*blocks.rbegin())});
    // What most blocks have, all should; mixed designs (every second block) are left in peace.
    if (blocks.size() < 3) return;
    for (const auto& [name, in] : where) {
        if (in.size() == blocks.size() || in.size() * 10 < blocks.size() * 8) continue;
        for (const int b : blocks)
            if (!in.contains(b))
                out.push_back({Severity::Problem, "missing_tensor", "", {}, {},
                               "block " + std::to_string(b) + " lacks " + escapeText(name) + ", which " + std::to_string(in.size()) + " of "
                                   + std::to_string(blocks.size()) + " blocks have"});
    }
}

void checkConfig(const io::ModelSource& source, std::vector<Finding>& out)
{
    const auto vocabulary = configNumber(source, {"config.vocab_size"});
    const auto hidden = configNumber(source, {"config.hidden_size", "config.n_embd", "config.d_model"});
    // Of several tables (BERT has one of token types, too) the largest is that of the tokens.
    const io::TensorInfo* tokens = nullptr;
    for (const auto& t : source.tensors)
        if (t.place.role == io::Role::Embedding && t.shape.rank() == 2
            && (!tokens || io::matrixShape(t).rows > io::matrixShape(*tokens).rows))
            tokens = &t;
    if (!tokens) return;
    const io::TensorInfo& t = *tokens;
    const io::MatrixShape m = io::matrixShape(t);
    if (vocabulary && m.rows != *vocabulary)
        out.push_back({m.rows < *vocabulary ? Severity::Problem : Severity::Note, "vocabulary_size", t.name, {}, {},
                       "the embedding has " + std::to_string(m.rows) + " rows, config.json says " + std::to_string(*vocabulary) + " tokens"});
    // OPT projects its embeddings: word_embed_proj_dim is the width then.
    const auto projected = configNumber(source, {"config.word_embed_proj_dim", "config.embedding_size"});
    if (hidden && m.cols != *hidden && (!projected || m.cols != *projected))
        out.push_back({Severity::Problem, "hidden_size", t.name, {}, {},
                       "the embedding is " + std::to_string(m.cols) + " wide, config.json says " + std::to_string(*hidden)});
}

} // namespace

const char* severityName(Severity severity)
{
    switch (severity) {
    case Severity::Note: return "note";
    case Severity::Warning: return "warning";
    case Severity::Problem: return "problem";
    }
    return "";
}

std::vector<Finding> checkStructure(const io::ModelSource& source)
{
    std::vector<Finding> out;
    for (const auto& w : source.warnings) out.push_back({Severity::Warning, "reader", "", {}, {}, escapeText(w)});
    checkBlocks(source, out);
    checkConfig(source, out);
    return out;
}

} // namespace qs::doctor
