// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/small_model.h"

#include "core/io/formats/safetensors/writer.h"
#include "core/tensor/convert.h"

#include <stdexcept>

namespace qs::test {

void writeModel(const std::filesystem::path& path, const std::map<std::string, Matrix>& tensors,
                const std::map<std::string, std::string>& metadata, DType type)
{
    std::vector<io::TensorDeclaration> declarations;
    std::vector<const Matrix*> values;
    for (const auto& [name, m] : tensors) {
        declarations.push_back({name, type, {m.rows(), m.cols()}});
        values.push_back(&m);
    }
    auto writer = io::SafetensorsWriter::plan(declarations, metadata);
    auto file = io::OutputFile::create(path);
    if (!writer || !file) throw std::runtime_error("the model can't be written");
    const auto bytes = [&](std::size_t i, const io::ByteSink& sink) -> Status {
        std::vector<std::byte> raw(values[i]->data().size() * traits(type).blockBytes);
        floatToPlain(type, values[i]->data(), raw);
        return sink(raw);
    };
    if (!writer->writeFile(0, *file, bytes, {}) || !file->finish()) throw std::runtime_error("the model can't be written");
}

} // namespace qs::test
