// Tiles of fast convolution for 3 x 3 kernels with stride 1 (Winograd 1980; Lavin and Gray, "Fast algorithms for convolutional neural
// networks", 2016, F(4x4, 3x3)): 6 x 6 inputs give 4 x 4 outputs by 36 products instead of 144. Each dimension is a product of
// polynomials by their values at six points, 0, a, -a, b, -b and infinity. With a = sqrt(1/2) and b = sqrt(2) rounding errors are about
// twice those of the direct sum; with the usual 1 and 2 they are ten times as large. Included inside a level's namespace.

/// Sides of a tile's inputs, its outputs and the kernel.
constexpr int tileInputs = 6, tileOutputs = 4, tileKernel = 3;
constexpr int tilePoints = tileInputs * tileInputs;
constexpr double pointA = 0.70710678118654752440, pointB = 1.41421356237309504880;

/// Values of a polynomial with three or four coefficients at the six points.
template <int count>
static inline void evaluate(const Vec (&x)[count], Vec (&values)[tileInputs]) {
  const Vec evenA = multiply_add(x[2], set(Real(0.5)), x[0]), evenB = multiply_add(x[2], set(Real(2)), x[0]);
  Vec oddA = x[1], oddB = x[1];
  if constexpr (count > 3) {
    oddA = multiply_add(x[3], set(Real(0.5)), x[1]);
    oddB = multiply_add(x[3], set(Real(2)), x[1]);
  }
  const Vec a = set(Real(pointA)), b = set(Real(pointB));
  values[0] = x[0];
  values[1] = multiply_add(oddA, a, evenA);
  values[2] = negative_multiply_add(oddA, a, evenA);
  values[3] = multiply_add(oddB, b, evenB);
  values[4] = negative_multiply_add(oddB, b, evenB);
  values[5] = x[count - 1];
}

/// The transpose of `evaluate`.
template <int count>
static inline void collect(const Vec (&values)[tileInputs], Vec (&x)[count]) {
  const Vec two = set(Real(2)), half = set(Real(0.5));
  const Vec sumA = values[1] + values[2], sumB = values[3] + values[4];
  const Vec oddA = (values[1] - values[2]) * set(Real(pointA)), oddB = (values[3] - values[4]) * set(Real(pointB));
  x[0] = values[0] + sumA + sumB;
  x[1] = oddA + oddB;
  x[2] = multiply_add(sumB, two, sumA * half);
  if constexpr (count > 3) x[3] = multiply_add(oddB, two, oddA * half);
  x[count - 1] = x[count - 1] + values[5];
}

/// What a tile's inputs become: the transpose of interpolation through the six points, up to the factors of `weigh`.
static inline void window(const Vec (&x)[tileInputs], Vec (&values)[tileInputs]) {
  const Vec two = set(Real(2)), half = set(Real(0.5)), both = set(Real(2.5));
  const Vec evenA = negative_multiply_add(two, x[2], x[4]), evenB = negative_multiply_add(half, x[2], x[4]);
  const Vec oddA = negative_multiply_add(two, x[1], x[3]), oddB = negative_multiply_add(half, x[1], x[3]);
  const Vec a = set(Real(pointA)), b = set(Real(pointB));
  values[0] = negative_multiply_add(both, x[2], x[0]) + x[4];
  values[1] = multiply_add(oddA, a, evenA);
  values[2] = negative_multiply_add(oddA, a, evenA);
  values[3] = multiply_add(oddB, b, evenB);
  values[4] = negative_multiply_add(oddB, b, evenB);
  values[5] = negative_multiply_add(both, x[3], x[1]) + x[5];
}

/// Factors of interpolation, 1 / product of the distances to the other points. The weights take them.
static inline void weigh(Vec (&values)[tileInputs]) {
  const Vec a = set(Real(-2.0 / 3)), b = set(Real(1.0 / 6));
  values[1] = values[1] * a;
  values[2] = values[2] * a;
  values[3] = values[3] * b;
  values[4] = values[4] * b;
}

/// A transform of the columns, then of the rows: load_column(j, column) reads column j, store_row(i, row) takes row i. The loops stay
/// loops: a column fits into registers, a tile does not.
template <int from, int to, typename Load, typename Transform, typename Store>
static inline void both_ways(Load load_column, Transform transform, Store store_row) {
  alignas(Vec) Real half[to][from * Vec::lanes];
#pragma GCC unroll 1
  for (int j = 0; j < from; ++j) {
    Vec column[from], values[to];
    load_column(j, column);
    transform(column, values);
    for (int i = 0; i < to; ++i) store(half[i] + j * Vec::lanes, values[i]);
  }
#pragma GCC unroll 1
  for (int i = 0; i < to; ++i) {
    Vec row[from], values[to];
    for (int j = 0; j < from; ++j) row[j] = load(half[i] + j * Vec::lanes);
    transform(row, values);
    store_row(i, values);
  }
}

/// Takes row i of a tile's values to place `to` of each point.
static inline void store_points(Real* to, ptrdiff_t pointStride, int i, const Vec (&row)[tileInputs]) {
  for (int j = 0; j < tileInputs; ++j) store(to + (i * tileInputs + j) * pointStride, row[j]);
}

/// Column j of a tile's values.
static inline void load_points(const Real* from, ptrdiff_t pointStride, int j, Vec (&column)[tileInputs]) {
  for (int i = 0; i < tileInputs; ++i) column[i] = load(from + (i * tileInputs + j) * pointStride);
}
