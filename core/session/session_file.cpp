// SPDX-License-Identifier: GPL-3.0-or-later
// The `.qscope` file. Version 1:
//   checkpoint  what was open, paths relative to the session file's folder
//   state       texts by key
//   recipe      the recipe panel's list
//   result      one cell: recipe, seed, sums of the error, seconds
//   array       the artefact's arrays, in pieces of at most 64 MiB
#include "core/session/database.h"
#include "core/session/session.h"

#include "core/base/checked.h"
#include "core/io/crash_safe_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <unistd.h>

namespace qs::session {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kApplication = 0x51534350; // "QSCP"
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kPiece = std::size_t(64) << 20;
constexpr std::size_t kMostText = std::size_t(64) << 20;
constexpr std::size_t kMostName = std::size_t(1) << 20;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

constexpr std::array<std::pair<const char*, const char*>, 5> kTables = {{
    {"array", "CREATE TABLE array(result INTEGER NOT NULL, position INTEGER NOT NULL, piece INTEGER NOT NULL, name TEXT NOT NULL, "
              "dtype TEXT NOT NULL, shape TEXT NOT NULL, encoding INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(result, position, piece)) WITHOUT ROWID"},
    {"checkpoint", "CREATE TABLE checkpoint(id INTEGER PRIMARY KEY, path TEXT NOT NULL, bytes INTEGER NOT NULL, modified INTEGER NOT NULL, header_hash TEXT NOT NULL)"},
    {"recipe", "CREATE TABLE recipe(position INTEGER PRIMARY KEY, name TEXT NOT NULL, recipe TEXT NOT NULL, slot INTEGER NOT NULL)"},
    {"result", "CREATE TABLE result(id INTEGER PRIMARY KEY, checkpoint INTEGER NOT NULL, tensor TEXT NOT NULL, rows INTEGER NOT NULL, cols INTEGER NOT NULL, "
               "recipe TEXT NOT NULL, seed INTEGER NOT NULL, weights INTEGER NOT NULL, sum_squared_error REAL, sum_squares REAL, sum_squares_decoded REAL, dot REAL, "
               "max_abs REAL, payload_bits INTEGER NOT NULL, metadata_bits INTEGER NOT NULL, seconds REAL, peak_bytes INTEGER NOT NULL, device TEXT NOT NULL, artefact INTEGER NOT NULL)"},
    {"state", "CREATE TABLE state(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"},
}};

tl::unexpected<Error> malformed(const fs::path& path, std::string what, std::string tensor = {})
{
    return fail(Error(ErrorCode::Malformed, std::move(what)).inFile(path.string()).ofTensor(std::move(tensor)));
}

std::string shapeText(const Shape& shape)
{
    std::string out;
    for (const Index d : shape.dims()) out += (out.empty() ? "" : ",") + std::to_string(d);
    return out;
}

// "4,16"; at most 2^48 elements.
bool parseShape(std::string_view text, Shape& out)
{
    std::uint64_t elements = 1;
    while (!text.empty()) {
        std::uint64_t d = 0;
        const auto r = std::from_chars(text.data(), text.data() + text.size(), d);
        const auto product = checkedMul(elements, d);
        if (r.ec != std::errc{} || !product || *product > (std::uint64_t(1) << 48) || !out.push(static_cast<Index>(d))) return false;
        elements = *product;
        text.remove_prefix(static_cast<std::size_t>(r.ptr - text.data()));
        if (text.empty()) break;
        if (text[0] != ',' || text.size() == 1) return false;
        text.remove_prefix(1);
    }
    return true;
}

Status checkSchema(Database& db, const fs::path& path)
{
    const auto pragma = [&](const char* sql) -> Result<std::int64_t> {
        QS_ASSIGN(auto s, db.prepare(sql));
        QS_ASSIGN(const bool row, s.step());
        if (!row) return malformed(path, "not a session file");
        return s.whole(0, std::numeric_limits<std::int64_t>::min(), kMost);
    };
    QS_ASSIGN(const auto application, pragma("PRAGMA application_id"));
    if (application != kApplication) return malformed(path, "not a session file of quantoscope");
    QS_ASSIGN(const auto version, pragma("PRAGMA user_version"));
    if (version != kVersion)
        return fail(Error(version > kVersion ? ErrorCode::Unsupported : ErrorCode::Malformed, "a session of a version that this program does not read")
                        .inFile(path.string())
                        .wanted(std::to_string(kVersion))
                        .got(std::to_string(version))
                        .fix(version > kVersion ? "open it with a newer quantoscope" : ""));
    // exactly our tables, by their text: nothing else can run or be read
    QS_ASSIGN(auto s, db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex_%' ORDER BY name"));
    std::size_t n = 0;
    for (;;) {
        QS_ASSIGN(const bool row, s.step());
        if (!row) break;
        QS_ASSIGN(const auto type, s.text(0, kMostName));
        QS_ASSIGN(const auto name, s.text(1, kMostName));
        QS_ASSIGN(const auto sql, s.text(2, kMostName));
        if (n >= kTables.size() || type != "table" || name != kTables[n].first || sql != kTables[n].second)
            return malformed(path, "the session file has another schema");
        ++n;
    }
    if (n != kTables.size()) return malformed(path, "the session file has another schema");
    return {};
}

// Arrays of result `id`; pieces must follow each other without a gap.
Status loadArrays(Database& db, std::int64_t id, quant::QuantizedTensor& out, const fs::path& path, const Context& context)
{
    QS_ASSIGN(auto s, db.prepare("SELECT position, piece, name, dtype, shape, encoding, data FROM array WHERE result = ?1 ORDER BY position, piece"));
    s.bind(1, id);
    std::vector<quant::Array> arrays;
    std::int64_t piece = 0;
    for (;;) {
        if (context.stopped()) return cancelled();
        QS_ASSIGN(const bool row, s.step());
        if (!row) break;
        QS_ASSIGN(const auto position, s.whole(0, 0, 1'000'000));
        QS_ASSIGN(const auto pieceNumber, s.whole(1, 0, kMost));
        QS_ASSIGN(const auto name, s.text(2, 1024));
        QS_ASSIGN(const auto typeName, s.text(3, 64));
        QS_ASSIGN(const auto shape, s.text(4, 256));
        QS_TRY(s.whole(5, 0, 0));
        QS_ASSIGN(const auto data, s.blob(6));
        const auto type = dtypeFromName(typeName);
        Shape parsed;
        if (!type || !parseShape(shape, parsed)) return malformed(path, "an array has no proper type or shape", out.name);
        const bool fresh = position == static_cast<std::int64_t>(arrays.size());
        if (fresh) {
            arrays.push_back({name, *type, parsed, {}});
            piece = 0;
        } else if (arrays.empty() || position + 1 != static_cast<std::int64_t>(arrays.size()) || arrays.back().name != name
                   || arrays.back().dtype != *type || !(arrays.back().shape == parsed)) {
            return malformed(path, "arrays are out of order", out.name);
        }
        if (pieceNumber != piece++ || data.size() > kPiece) return malformed(path, "a piece of an array is missing", out.name);
        arrays.back().bytes.insert(arrays.back().bytes.end(), data.begin(), data.end());
    }
    for (auto& a : arrays) {
        if (byteSize(a.dtype, a.shape.elements()) != a.bytes.size()) return malformed(path, "an array has not the bytes of its shape", out.name);
        out.arrays.add(std::move(a));
    }
    return {};
}

Status loadResults(Database& db, Session& session, const fs::path& path, const Context& context)
{
    QS_ASSIGN(auto s, db.prepare("SELECT id, checkpoint, tensor, rows, cols, recipe, seed, weights, sum_squared_error, sum_squares, "
                                 "sum_squares_decoded, dot, max_abs, payload_bits, metadata_bits, seconds, peak_bytes, device, artefact FROM result ORDER BY id"));
    for (;;) {
        if (context.stopped()) return cancelled();
        QS_ASSIGN(const bool row, s.step());
        if (!row) return {};
        QS_ASSIGN(const auto id, s.whole(0, 0, kMost));
        QS_ASSIGN(const auto checkpoint, s.whole(1, 0, static_cast<std::int64_t>(session.checkpoints.size()) - 1));
        auto cell = std::make_shared<study::CellResult>();
        QS_ASSIGN(cell->tensor, s.text(2, kMostName));
        QS_ASSIGN(const auto rows, s.whole(3, 1, std::int64_t(1) << 40));
        QS_ASSIGN(const auto cols, s.whole(4, 1, std::int64_t(1) << 40));
        QS_ASSIGN(const auto recipe, s.text(5, 4096));
        QS_ASSIGN(const auto seed, s.whole(6, std::numeric_limits<std::int64_t>::min(), kMost));
        QS_ASSIGN(const auto weights, s.whole(7, 0, kMost));
        const auto elements = checkedMul(static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(cols));
        if (!elements || *elements != static_cast<std::uint64_t>(weights)) return malformed(path, "a result has not the weights of its shape", cell->tensor);
        QS_ASSIGN(cell->error.sumSquaredError, s.number(8));
        QS_ASSIGN(cell->error.sumSquares, s.number(9));
        QS_ASSIGN(cell->error.sumSquaresDecoded, s.number(10));
        QS_ASSIGN(cell->error.dot, s.number(11));
        QS_ASSIGN(cell->error.maxAbs, s.number(12));
        QS_ASSIGN(const auto payload, s.whole(13, 0, kMost));
        QS_ASSIGN(const auto metadata, s.whole(14, 0, kMost));
        QS_ASSIGN(cell->seconds, s.number(15));
        QS_ASSIGN(const auto peak, s.whole(16, 0, kMost));
        QS_ASSIGN(cell->device, s.text(17, 256));
        QS_ASSIGN(const auto hasArtefact, s.whole(18, 0, 1));
        auto parsed = quant::parseRecipe(recipe);
        if (!parsed)
            return fail(Error(ErrorCode::Malformed, "a recipe that this program can't read").inFile(path.string()).ofTensor(cell->tensor).got(parsed.error().text()));
        cell->recipe = std::move(*parsed);
        cell->seed = static_cast<std::uint64_t>(seed);
        cell->error.count = static_cast<std::uint64_t>(weights);
        cell->bits = {static_cast<std::uint64_t>(payload), static_cast<std::uint64_t>(metadata)};
        cell->peakBytes = static_cast<std::uint64_t>(peak);
        cell->source = session.checkpoints[static_cast<std::size_t>(checkpoint)].path;
        cell->place = io::classify(cell->tensor, "");
        if (hasArtefact == 1) {
            auto artefact = std::make_shared<quant::QuantizedTensor>();
            artefact->name = cell->tensor;
            artefact->rows = rows;
            artefact->cols = cols;
            artefact->recipe = cell->recipe;
            artefact->seed = cell->seed;
            QS_TRY(loadArrays(db, id, *artefact, path, context));
            // no grid stores less than a bit for a weight
            if (*elements / 8 > artefact->arrays.totalBytes()) return malformed(path, "the arrays of a result are too small for its shape", cell->tensor);
            auto decoder = quant::Decoder::make(artefact);
            if (!decoder) {
                Error e = std::move(decoder.error());
                e.code = ErrorCode::Malformed;
                return fail(std::move(e).inFile(path.string()));
            }
            if (const auto bits = artefact->storage(); bits.payload != cell->bits.payload || bits.metadata != cell->bits.metadata)
                return malformed(path, "a result has not the bits of its arrays", cell->tensor);
            cell->artefact = std::move(artefact);
            cell->decoder = std::move(*decoder);
        }
        session.results.push_back({static_cast<std::size_t>(checkpoint), std::move(cell)});
    }
}

Status writeAll(Database& db, const Session& session, const fs::path& folder, const Context& context)
{
    QS_TRY(db.execute("PRAGMA application_id=" + std::to_string(kApplication)));
    QS_TRY(db.execute("PRAGMA user_version=" + std::to_string(kVersion)));
    QS_TRY(db.execute("BEGIN"));
    for (const auto& [name, sql] : kTables) QS_TRY(db.execute(sql));
    const auto run = [](Statement& s) -> Status {
        QS_TRY(s.step());
        return s.reset();
    };
    QS_ASSIGN(auto checkpoint, db.prepare("INSERT INTO checkpoint VALUES(?1, ?2, ?3, ?4, ?5)"));
    for (std::size_t i = 0; i < session.checkpoints.size(); ++i) {
        const Checkpoint& c = session.checkpoints[i];
        const fs::path relative = c.path.lexically_relative(folder);
        const std::string path = (relative.empty() ? c.path : relative).generic_string();
        checkpoint.bind(1, static_cast<std::int64_t>(i)).bind(2, path).bind(3, static_cast<std::int64_t>(c.bytes)).bind(4, c.modified).bind(5, c.headerHash);
        QS_TRY(run(checkpoint));
    }
    QS_ASSIGN(auto state, db.prepare("INSERT INTO state VALUES(?1, ?2)"));
    for (const auto& [key, value] : session.state) {
        state.bind(1, key).bind(2, value);
        QS_TRY(run(state));
    }
    QS_ASSIGN(auto recipe, db.prepare("INSERT INTO recipe VALUES(?1, ?2, ?3, ?4)"));
    for (std::size_t i = 0; i < session.recipes.size(); ++i) {
        const NamedRecipe& r = session.recipes[i];
        recipe.bind(1, static_cast<std::int64_t>(i)).bind(2, r.name).bind(3, r.recipe.text()).bind(4, std::int64_t(r.slot));
        QS_TRY(run(recipe));
    }
    QS_ASSIGN(auto result, db.prepare("INSERT INTO result VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)"));
    QS_ASSIGN(auto array, db.prepare("INSERT INTO array VALUES(?1,?2,?3,?4,?5,?6,0,?7)"));
    for (std::size_t i = 0; i < session.results.size(); ++i) {
        if (context.stopped()) return cancelled();
        const auto& saved = session.results[i];
        const auto& cell = *saved.cell;
        const auto* q = cell.artefact.get();
        const auto weights = static_cast<std::int64_t>(cell.error.count);
        result.bind(1, static_cast<std::int64_t>(i)).bind(2, static_cast<std::int64_t>(saved.checkpoint)).bind(3, cell.tensor);
        result.bind(4, q ? std::int64_t(q->rows) : std::int64_t(1)).bind(5, q ? std::int64_t(q->cols) : weights).bind(6, cell.recipe.text());
        result.bind(7, static_cast<std::int64_t>(cell.seed)).bind(8, weights).bind(9, cell.error.sumSquaredError);
        result.bind(10, cell.error.sumSquares).bind(11, cell.error.sumSquaresDecoded).bind(12, cell.error.dot).bind(13, cell.error.maxAbs);
        result.bind(14, static_cast<std::int64_t>(cell.bits.payload)).bind(15, static_cast<std::int64_t>(cell.bits.metadata));
        result.bind(16, cell.seconds).bind(17, static_cast<std::int64_t>(cell.peakBytes)).bind(18, cell.device).bind(19, std::int64_t(q ? 1 : 0));
        QS_TRY(run(result));
        if (!q) continue;
        const auto arrays = q->arrays.arrays();
        for (std::size_t p = 0; p < arrays.size(); ++p) {
            const std::span<const std::byte> bytes(arrays[p].bytes);
            for (std::size_t at = 0, piece = 0; piece == 0 || at < bytes.size(); at += kPiece, ++piece) {
                array.bind(1, static_cast<std::int64_t>(i)).bind(2, static_cast<std::int64_t>(p)).bind(3, static_cast<std::int64_t>(piece));
                array.bind(4, arrays[p].name).bind(5, dtypeName(arrays[p].dtype)).bind(6, shapeText(arrays[p].shape));
                array.bind(7, bytes.subspan(at, std::min(kPiece, bytes.size() - at)));
                QS_TRY(run(array));
            }
        }
    }
    return db.execute("COMMIT");
}

} // namespace

Result<Session> loadSession(const fs::path& path, const Context& context)
{
    QS_ASSIGN(auto db, Database::openToRead(path, context));
    QS_TRY(checkSchema(db, path));
    std::error_code ec;
    const fs::path folder = fs::absolute(path, ec).parent_path();
    Session session;
    {
        QS_ASSIGN(auto s, db.prepare("SELECT id, path, bytes, modified, header_hash FROM checkpoint ORDER BY id"));
        for (;;) {
            QS_ASSIGN(const bool row, s.step());
            if (!row) break;
            QS_ASSIGN(const auto id, s.whole(0, 0, kMost));
            if (id != static_cast<std::int64_t>(session.checkpoints.size())) return malformed(path, "checkpoints are out of order");
            Checkpoint c;
            QS_ASSIGN(const auto text, s.text(1, 4096));
            if (text.empty() || text.find('\0') != std::string::npos) return malformed(path, "a checkpoint has no proper path");
            c.path = (folder / text).lexically_normal();
            QS_ASSIGN(const auto bytes, s.whole(2, 0, kMost));
            c.bytes = static_cast<std::uint64_t>(bytes);
            QS_ASSIGN(c.modified, s.whole(3, 0, kMost));
            QS_ASSIGN(c.headerHash, s.text(4, 64));
            session.checkpoints.push_back(std::move(c));
        }
    }
    {
        QS_ASSIGN(auto s, db.prepare("SELECT key, value FROM state"));
        for (;;) {
            QS_ASSIGN(const bool row, s.step());
            if (!row) break;
            QS_ASSIGN(auto key, s.text(0, kMostName));
            QS_ASSIGN(session.state[key], s.text(1, kMostText));
        }
    }
    {
        QS_ASSIGN(auto s, db.prepare("SELECT name, recipe, slot FROM recipe ORDER BY position"));
        for (;;) {
            QS_ASSIGN(const bool row, s.step());
            if (!row) break;
            NamedRecipe r;
            QS_ASSIGN(r.name, s.text(0, 4096));
            QS_ASSIGN(const auto text, s.text(1, 4096));
            auto parsed = quant::parseRecipe(text);
            if (!parsed) return fail(Error(ErrorCode::Malformed, "a recipe that this program can't read").inFile(path.string()).got(parsed.error().text()));
            r.recipe = std::move(*parsed);
            QS_ASSIGN(const auto slot, s.whole(2, 0, kMostSlots));
            r.slot = static_cast<int>(slot);
            session.recipes.push_back(std::move(r));
        }
    }
    QS_TRY(loadResults(db, session, path, context));
    return session;
}

Status saveSession(const fs::path& path, const Session& session, const Context& context)
{
    for (const auto& r : session.results)
        if (!r.cell || r.checkpoint >= session.checkpoints.size()) return fail(ErrorCode::Internal, "a result without its checkpoint");
    std::error_code ec;
    const fs::path folder = fs::absolute(path, ec).parent_path();
    // SQLite writes the file itself: it takes the place of the empty one that reserves the name
    QS_ASSIGN(auto file, io::CrashSafeFile::create(path, io::OnExisting::Replace));
    {
        QS_ASSIGN(auto db, Database::create(file.temporary()));
        QS_TRY(writeAll(db, session, folder, context));
        QS_TRY(db.close());
    }
    return file.commit();
}

} // namespace qs::session
