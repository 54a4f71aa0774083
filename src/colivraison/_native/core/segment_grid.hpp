// The nearest point of a line among many, over a grid of cells.
#pragma once

#include <span>
#include <vector>

#include "core/arrays.hpp"

namespace colivraison {

// Lines as points one after the other: line e has the points shape_start[e] to shape_end[e], both
// included; positions in 1e-7 degrees.
struct Shapes {
  Indices lat_e7;
  Indices lon_e7;
  Indices shape_start;
  Indices shape_end;
};

// Cells of equal size in degrees over the box of all points, rows from south to north; after them one
// cell more for segments too long to list in every cell they touch.
struct SegmentGrid {
  std::int64_t south_e7, west_e7;
  std::int64_t cell_lat_e7, cell_lon_e7;
  std::int64_t rows, columns;
  std::vector<Index> first;    // of each cell, row by row
  std::vector<Index> segment;  // a segment is named by its first point
  std::vector<Index> line;     // of each of these segments
};

SegmentGrid segment_grid(const Shapes& shapes);

struct GridView {
  std::int64_t south_e7, west_e7, cell_lat_e7, cell_lon_e7, rows, columns;
  Indices first;
  Indices segment;
  Indices line;
};

struct Nearest {
  std::vector<Index> line;
  std::vector<Index> point;     // first point of the segment
  std::vector<double> along;    // 0 to 1 on the segment
  std::vector<double> metres;   // on a plane centred on the place
};

// For each place the nearest point of the lines that `usable` admits (0: not); line -1 where none
// is. Within a millimetre the line of the higher mark wins, then the lower line.
Nearest nearest(const Shapes& shapes, const GridView& grid, std::span<const std::uint8_t> usable,
                std::span<const double> lat, std::span<const double> lon);

}  // namespace colivraison
