#include "core/segment_grid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>

namespace colivraison {

namespace {

constexpr double kEarthRadius_m = 6'371'008.8;  // mean radius (IUGG)
constexpr double kMetresPerE7 = kEarthRadius_m * std::numbers::pi / 180.0 * 1e-7;
constexpr double kCell_m = 250.0;
constexpr std::int64_t kMostCells = 4'000'000;
constexpr std::int64_t kMostCellsOfOne = 10'000;  // a straight 25 km in a diagonal

void check_shapes(const Shapes& shapes) {
  if (shapes.lat_e7.size() != shapes.lon_e7.size() ||
      shapes.shape_start.size() != shapes.shape_end.size()) {
    throw std::invalid_argument("shapes: points or ends differ in number");
  }
  Index before = 0;
  for (std::size_t e = 0; e < shapes.shape_start.size(); ++e) {
    if (shapes.shape_start[e] < before || shapes.shape_end[e] < shapes.shape_start[e] ||
        at(shapes.shape_end[e]) >= shapes.lat_e7.size()) {
      throw std::invalid_argument("shapes: lines do not follow each other");
    }
    before = shapes.shape_end[e];
  }
}

// Calls visit(cell) for the cells a segment may touch: those of its bounding box. Segments are
// short; one that would cover very many cells is put into one more cell, looked at for every place.
template <typename Visit>
void cells_of(const Shapes& shapes, const SegmentGrid& grid, std::size_t point, Visit visit) {
  const auto row = [&grid](Index lat) { return (lat - grid.south_e7) / grid.cell_lat_e7; };
  const auto column = [&grid](Index lon) { return (lon - grid.west_e7) / grid.cell_lon_e7; };
  const auto [south, north] = std::minmax(shapes.lat_e7[point], shapes.lat_e7[point + 1]);
  const auto [west, east] = std::minmax(shapes.lon_e7[point], shapes.lon_e7[point + 1]);
  const std::int64_t high = row(north) - row(south) + 1;
  const std::int64_t wide = column(east) - column(west) + 1;
  if (high * wide > kMostCellsOfOne) {
    visit(static_cast<std::size_t>(grid.rows * grid.columns));
    return;
  }
  for (std::int64_t r = row(south); r <= row(north); ++r) {
    for (std::int64_t c = column(west); c <= column(east); ++c) {
      visit(static_cast<std::size_t>(r * grid.columns + c));
    }
  }
}

}  // namespace

SegmentGrid segment_grid(const Shapes& shapes) {
  check_shapes(shapes);
  SegmentGrid grid{0, 0, 1, 1, 1, 1, {}, {}, {}};
  if (shapes.lat_e7.empty()) {
    grid.first = {0, 0, 0};
    return grid;
  }
  const auto [south, north] = std::minmax_element(shapes.lat_e7.begin(), shapes.lat_e7.end());
  const auto [west, east] = std::minmax_element(shapes.lon_e7.begin(), shapes.lon_e7.end());
  grid.south_e7 = *south;
  grid.west_e7 = *west;
  const double middle = 0.5e-7 * (static_cast<double>(*south) + static_cast<double>(*north));
  const double narrow = std::max(0.01, std::cos(middle * std::numbers::pi / 180.0));
  const std::int64_t high = std::int64_t{*north} - *south;
  const std::int64_t wide = std::int64_t{*east} - *west;
  for (double cell_m = kCell_m;; cell_m *= 2) {
    grid.cell_lat_e7 = std::max<std::int64_t>(1, std::llround(cell_m / kMetresPerE7));
    grid.cell_lon_e7 = std::max<std::int64_t>(1, std::llround(cell_m / kMetresPerE7 / narrow));
    grid.rows = high / grid.cell_lat_e7 + 1;
    grid.columns = wide / grid.cell_lon_e7 + 1;
    // A few ways that reach far outside must not make a grid of the whole earth.
    if (grid.rows * grid.columns <= kMostCells) {
      break;
    }
  }
  // One more than the grid has, for the longest segments.
  const auto cells = static_cast<std::size_t>(grid.rows * grid.columns) + 1;
  std::vector<std::size_t> first(cells + 1, 0);
  const auto each_segment = [&shapes](auto visit) {
    for (std::size_t e = 0; e < shapes.shape_start.size(); ++e) {
      for (Index p = shapes.shape_start[e]; p < shapes.shape_end[e]; ++p) {
        visit(at(p), index_of(e));
      }
    }
  };
  each_segment([&](std::size_t p, Index) {
    cells_of(shapes, grid, p, [&first](std::size_t cell) { ++first[cell + 1]; });
  });
  for (std::size_t c = 0; c < cells; ++c) {
    first[c + 1] += first[c];
  }
  if (first[cells] > at(std::numeric_limits<Index>::max())) {
    throw std::length_error("the grid is too large for 32-bit positions");
  }
  grid.segment.resize(first[cells]);
  grid.line.resize(first[cells]);
  grid.first.resize(cells + 1);
  for (std::size_t c = 0; c <= cells; ++c) {
    grid.first[c] = index_of(first[c]);
  }
  each_segment([&](std::size_t p, Index line) {
    cells_of(shapes, grid, p, [&](std::size_t cell) {
      grid.line[first[cell]] = line;
      grid.segment[first[cell]++] = index_of(p);
    });
  });
  return grid;
}

Nearest nearest(const Shapes& shapes, const GridView& grid, std::span<const std::uint8_t> usable,
                std::span<const double> lat, std::span<const double> lon) {
  check_shapes(shapes);
  if (usable.size() != shapes.shape_start.size() || lat.size() != lon.size()) {
    throw std::invalid_argument("lines and marks, or coordinates, differ in number");
  }
  // Of a grid that was made by segment_grid; anything else could leave the range of a number.
  const auto within = [](std::int64_t value, std::int64_t low, std::int64_t high) {
    return low <= value && value <= high;
  };
  constexpr std::int64_t kTurn_e7 = 3'600'000'000;
  if (!within(grid.rows, 1, kMostCells) || !within(grid.columns, 1, kMostCells) ||
      !within(grid.cell_lat_e7, 1, kTurn_e7) || !within(grid.cell_lon_e7, 1, kTurn_e7) ||
      !within(grid.south_e7, -kTurn_e7, kTurn_e7) || !within(grid.west_e7, -kTurn_e7, kTurn_e7)) {
    throw std::invalid_argument("grid: sizes are out of bounds");
  }
  const auto longest = static_cast<std::size_t>(grid.rows * grid.columns);
  if (grid.first.size() != longest + 2) {
    throw std::invalid_argument("grid: the cells do not fit its size");
  }
  check_adjacency({grid.first, grid.segment}, shapes.lat_e7.size(), "grid");

  if (grid.line.size() != grid.segment.size()) {
    throw std::invalid_argument("grid: segments and lines differ in number");
  }
  for (const Index line : grid.line) {
    if (line < 0 || at(line) >= shapes.shape_start.size()) {
      throw std::invalid_argument("grid: a line is outside");
    }
  }
  Nearest found;
  for (std::size_t place = 0; place < lat.size(); ++place) {
    if (!(std::abs(lat[place]) <= 90.0) || !(std::abs(lon[place]) <= 360.0)) {
      throw std::invalid_argument("a coordinate is not a number of degrees");
    }
    const double north = kMetresPerE7;
    const double east = kMetresPerE7 * std::cos(lat[place] * std::numbers::pi / 180.0);
    const double lat_e7 = lat[place] * 1e7;
    const double lon_e7 = lon[place] * 1e7;
    Index best_line = -1;
    Index best_point = -1;
    double best_along = 0.0;
    std::uint8_t best_mark = 0;
    double best_m = std::numeric_limits<double>::infinity();
    std::int64_t best_mm = std::numeric_limits<std::int64_t>::max();
    const auto look = [&](Index p, Index line) {
      const std::uint8_t mark = usable[at(line)];
      if (mark == 0 || p >= shapes.shape_end[at(line)]) {
        return;
      }
      const double ax = (shapes.lon_e7[at(p)] - lon_e7) * east;
      const double ay = (shapes.lat_e7[at(p)] - lat_e7) * north;
      const double dx = (shapes.lon_e7[at(p) + 1] - lon_e7) * east - ax;
      const double dy = (shapes.lat_e7[at(p) + 1] - lat_e7) * north - ay;
      const double squared = dx * dx + dy * dy;
      const double along =
          squared > 0 ? std::clamp(-(ax * dx + ay * dy) / squared, 0.0, 1.0) : 0.0;
      const double off_x = ax + along * dx;
      const double off_y = ay + along * dy;
      // Most segments are farther than the best by more than the millimetre that is rounded to.
      const double worst = best_m + 0.002;
      if (off_x * off_x + off_y * off_y > worst * worst) {
        return;
      }
      const double metres = std::hypot(off_x, off_y);
      // Lines that meet in one point are equally near up to rounding: whole millimetres compare.
      const std::int64_t mm = std::llround(metres * 1000.0);
      if (std::tuple(mm, -int{mark}, line, p) <
          std::tuple(best_mm, -int{best_mark}, best_line, best_point)) {
        best_mm = mm;
        best_mark = mark;
        best_m = metres;
        best_line = line;
        best_point = p;
        best_along = along;
      }
    };
    // Rings of cells around the place's own; a place outside the grid starts at its rim.
    const auto raw_row = static_cast<std::int64_t>(
        std::floor((lat_e7 - static_cast<double>(grid.south_e7)) /
                   static_cast<double>(grid.cell_lat_e7)));
    const auto raw_column = static_cast<std::int64_t>(
        std::floor((lon_e7 - static_cast<double>(grid.west_e7)) /
                   static_cast<double>(grid.cell_lon_e7)));
    const std::int64_t row = std::clamp<std::int64_t>(raw_row, 0, grid.rows - 1);
    const std::int64_t column = std::clamp<std::int64_t>(raw_column, 0, grid.columns - 1);
    const double cell_m = std::min(static_cast<double>(grid.cell_lat_e7) * north,
                                   static_cast<double>(grid.cell_lon_e7) * east);
    const std::int64_t widest = std::max(grid.rows, grid.columns);
    for (std::size_t k = at(grid.first[longest]); k < at(grid.first[longest + 1]); ++k) {
      look(grid.segment[k], grid.line[k]);
    }
    for (std::int64_t ring = 0; ring <= widest; ++ring) {
      // All cells of this ring are at least so far from the place, which may lie anywhere in its
      // own cell (or beyond the rim, which only makes them farther).
      if (static_cast<double>(ring - 1) * cell_m > best_m) {
        break;
      }
      const auto visit = [&](std::int64_t r, std::int64_t c) {
        if (r < 0 || r >= grid.rows || c < 0 || c >= grid.columns) {
          return;
        }
        const auto cell = static_cast<std::size_t>(r * grid.columns + c);
        for (std::size_t k = at(grid.first[cell]); k < at(grid.first[cell + 1]); ++k) {
          look(grid.segment[k], grid.line[k]);
        }
      };
      for (std::int64_t c = column - ring; c <= column + ring; ++c) {
        visit(row - ring, c);
        if (ring > 0) {
          visit(row + ring, c);
        }
      }
      for (std::int64_t r = row - ring + 1; r < row + ring; ++r) {
        visit(r, column - ring);
        visit(r, column + ring);
      }
    }
    found.line.push_back(best_line);
    found.point.push_back(best_point);
    found.along.push_back(best_along);
    found.metres.push_back(best_m);
  }
  return found;
}

}  // namespace colivraison
