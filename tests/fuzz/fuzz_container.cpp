// SPDX-License-Identifier: GPL-3.0-or-later
// Our own container (formats.md B8.2): the catalogue, the arrays, every part that loads them, and the decoded values.
#include "core/export/open_any.h"
#include "core/quant/decoder.h"
#include "tests/fuzz/fuzz_support.h"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const qs::fuzz::InputFile file(data, size);
    const auto opened = qs::exporting::openAny(file.path(), {});
    if (!opened) {
        if (opened.error().text().empty()) std::abort();
        return 0;
    }
    const qs::io::ModelSource& model = **opened;
    for (const qs::io::TensorInfo& t : model.tensors) {
        const std::uint64_t n = t.shape.elements();
        const std::uint64_t part = std::min<std::uint64_t>(n, 4 * qs::traits(t.dtype).blockElements);
        std::vector<float> values(part);
        for (const std::uint64_t begin : {std::uint64_t(0), n - part}) (void)model.readFloats(t, begin, begin + part, values);
        const auto artefact = qs::exporting::artefactOf(t);
        if (!artefact || !*artefact) continue;
        const auto decoder = qs::quant::Decoder::make(*artefact);
        if (!decoder) {
            if (decoder.error().text().empty()) std::abort();
            continue;
        }
        if ((*decoder)->rows() == 0 || (*decoder)->cols() == 0) continue;
        std::vector<float> row(static_cast<std::size_t>((*decoder)->cols()));
        (*decoder)->decodeRow((*decoder)->rows() - 1, row);
        std::vector<std::uint8_t> codes(row.size());
        (*decoder)->codesRow(0, codes);
        const auto& grid = (*decoder)->grid();
        if (grid.groups() > 0) (void)(*decoder)->codeUsageOfGroup(grid.groups() - 1);
    }
    return 0;
}
