// How numpy arrays enter and leave: views without copies on the way in, ownership on the way out.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace colivraison::python {

namespace nb = nanobind;

template <typename Number>
using In = nb::ndarray<const Number, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <typename Number>
using Column = nb::ndarray<nb::numpy, Number, nb::ndim<1>, nb::c_contig>;

template <typename Number>
std::span<const Number> span_of(const In<Number>& values) {
  return {values.data(), values.shape(0)};
}

// Hands a vector over to numpy without copying it; the capsule keeps it alive.
template <typename Number>
Column<Number> column_of(std::vector<Number>&& values) {
  auto kept = std::make_unique<std::vector<Number>>(std::move(values));
  auto* const raw = kept.get();
  nb::capsule owner(raw, [](void* pointer) noexcept {
    delete static_cast<std::vector<Number>*>(pointer);
  });
  static_cast<void>(kept.release());
  return Column<Number>(raw->data(), {raw->size()}, owner);
}

}  // namespace colivraison::python
