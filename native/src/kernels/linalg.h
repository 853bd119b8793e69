// Dense linear algebra on vectors of doubles. Included inside a level's namespace by linalg_level.h; reference_linalg.cc has the same
// as plain loops.

constexpr size_t lanes = static_cast<size_t>(Vec::lanes);

static double dot(const double* x, const double* y, size_t size) {
  // Four sums hide the latency of one.
  Vec sums[4] = {set(0), set(0), set(0), set(0)};
  size_t i = 0;
  for (; i + 4 * lanes <= size; i += 4 * lanes) {
#pragma GCC unroll 4
    for (size_t j = 0; j < 4; ++j) sums[j] = multiply_add(load(x + i + j * lanes), load(y + i + j * lanes), sums[j]);
  }
  for (; i + lanes <= size; i += lanes) sums[0] = multiply_add(load(x + i), load(y + i), sums[0]);
  if (i < size) {
    const int rest = static_cast<int>(size - i);
    sums[1] = multiply_add(load_partial(x + i, rest), load_partial(y + i, rest), sums[1]);
  }
  return sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

static void axpy(double factor, const double* x, double* y, size_t size) {
  const Vec f = set(factor);
  size_t i = 0;
  for (; i + lanes <= size; i += lanes) store(y + i, multiply_add(f, load(x + i), load(y + i)));
  if (i < size) {
    const int rest = static_cast<int>(size - i);
    store_partial(y + i, multiply_add(f, load_partial(x + i, rest), load_partial(y + i, rest)), rest);
  }
}

static void scale_vector(double factor, double* x, size_t size) {
  const Vec f = set(factor);
  size_t i = 0;
  for (; i + lanes <= size; i += lanes) store(x + i, f * load(x + i));
  if (i < size) {
    const int rest = static_cast<int>(size - i);
    store_partial(x + i, f * load_partial(x + i, rest), rest);
  }
}

/// Dots of `count` rows with x, which is read once. A row's sum does not depend on which rows are with it.
template <size_t count>
static inline void dot_rows(const double* rows, size_t stride, const double* x, size_t size, double* sums) {
  Vec even[count], odd[count];
#pragma GCC unroll 4
  for (size_t j = 0; j < count; ++j) even[j] = odd[j] = set(0);
  size_t i = 0;
  for (; i + 2 * lanes <= size; i += 2 * lanes) {
    const Vec first = load(x + i), second = load(x + i + lanes);
#pragma GCC unroll 4
    for (size_t j = 0; j < count; ++j) {
      even[j] = multiply_add(load(rows + j * stride + i), first, even[j]);
      odd[j] = multiply_add(load(rows + j * stride + i + lanes), second, odd[j]);
    }
  }
  for (; i < size; i += lanes) {
    const int rest = static_cast<int>(size - i < lanes ? size - i : lanes);
    const Vec value = load_partial(x + i, rest);
#pragma GCC unroll 4
    for (size_t j = 0; j < count; ++j) even[j] = multiply_add(load_partial(rows + j * stride + i, rest), value, even[j]);
  }
#pragma GCC unroll 4
  for (size_t j = 0; j < count; ++j) sums[j] = sum(even[j] + odd[j]);
}

static void row_dots(const double* rows, size_t stride, size_t count, const double* x, size_t size, double* sums) {
  size_t j = 0;
  for (; j + 4 <= count; j += 4) dot_rows<4>(rows + j * stride, stride, x, size, sums + j);
  for (; j < count; ++j) dot_rows<1>(rows + j * stride, stride, x, size, sums + j);
}

/// y += `count` rows times their factors; y is read and written once.
template <size_t count>
static inline void add_some_rows(const double* rows, size_t stride, const double* factors, double* y, size_t size) {
  Vec f[count];
#pragma GCC unroll 8
  for (size_t j = 0; j < count; ++j) f[j] = set(factors[j]);
  size_t i = 0;
  for (; i + lanes <= size; i += lanes) {
    Vec value = load(y + i);
#pragma GCC unroll 8
    for (size_t j = 0; j < count; ++j) value = multiply_add(f[j], load(rows + j * stride + i), value);
    store(y + i, value);
  }
  if (i < size) {
    const int rest = static_cast<int>(size - i);
    Vec value = load_partial(y + i, rest);
#pragma GCC unroll 8
    for (size_t j = 0; j < count; ++j) value = multiply_add(f[j], load_partial(rows + j * stride + i, rest), value);
    store_partial(y + i, value, rest);
  }
}

static void add_rows(const double* rows, size_t stride, size_t count, const double* factors, double* y, size_t size) {
  size_t j = 0;
  for (; j + 8 <= count; j += 8) add_some_rows<8>(rows + j * stride, stride, factors + j, y, size);
  for (; j + 2 <= count; j += 2) add_some_rows<2>(rows + j * stride, stride, factors + j, y, size);
  if (j < count) add_some_rows<1>(rows + j * stride, stride, factors + j, y, size);
}

/// Rows that share one pass over x and y: their sums and their elements of x stay in registers.
constexpr size_t symmetricRows = Vec::lanes == 8 ? 8 : 4;

static void symmetric_product(const double* a, size_t stride, size_t from, size_t to, const double* x, double* y) {
  for (size_t row = from; row < to; row += symmetricRows) {
    const double* block = a + row * stride;
    Vec factors[symmetricRows], sums[symmetricRows];
#pragma GCC unroll 8
    for (size_t r = 0; r < symmetricRows; ++r) {
      factors[r] = set(x[row + r]);
      sums[r] = set(0);
    }
    for (size_t column = 0; column < row; column += lanes) {
      const Vec value = load(x + column);
      Vec mirrored = load(y + column);
#pragma GCC unroll 8
      for (size_t r = 0; r < symmetricRows; ++r) {
        const Vec element = load(block + r * stride + column);
        sums[r] = multiply_add(element, value, sums[r]);
        mirrored = multiply_add(element, factors[r], mirrored);
      }
      store(y + column, mirrored);
    }
    for (size_t column = row; column < row + symmetricRows; column += lanes) {
      const Vec value = load(x + column);
#pragma GCC unroll 8
      for (size_t r = 0; r < symmetricRows; ++r) {
        sums[r] = multiply_add(load(block + r * stride + column), value, sums[r]);
      }
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < symmetricRows; ++r) y[row + r] += sum(sums[r]);
  }
}

static inline void add_poles(const double* poles, const double* weights, size_t size, double x, double& total, double& slope) {
  const Vec at = set(x);
  Vec totals[2] = {set(0), set(0)}, slopes[2] = {set(0), set(0)};
  const auto add = [&](Vec pole, Vec weight, Vec& sum0, Vec& sum1) {
    const Vec inverse = set(1) / (pole - at);
    const Vec term = weight * inverse;
    sum0 = sum0 + term;
    sum1 = multiply_add(term, inverse, sum1);
  };
  size_t i = 0;
  for (; i + 2 * lanes <= size; i += 2 * lanes) {
    add(load(poles + i), load(weights + i), totals[0], slopes[0]);
    add(load(poles + i + lanes), load(weights + i + lanes), totals[1], slopes[1]);
  }
  if (i + lanes <= size) {
    add(load(poles + i), load(weights + i), totals[0], slopes[0]);
    i += lanes;
  }
  total = sum(totals[0] + totals[1]);
  slope = sum(slopes[0] + slopes[1]);
  for (; i < size; ++i) {
    const double inverse = 1 / (poles[i] - x);
    total += weights[i] * inverse;
    slope += weights[i] * inverse * inverse;
  }
}

static SecularSums secular_sums(const double* poles, const double* weights, size_t size, size_t split, double x) {
  SecularSums sums;
  add_poles(poles, weights, split, x, sums.left, sums.leftSlope);
  add_poles(poles + split, weights + split, size - split, x, sums.right, sums.rightSlope);
  return sums;
}

/// Below this, squares of numbers near it lose digits.
static const double tinyRest = 1e-140;

/// The rest g of a QR step, kept away from zero: what divides by it then needs no other case, and so small a change is none.
static inline Vec off_zero(Vec g) { return select(less(abs(g), set(tinyRest)), set(tinyRest), g); }
static inline double off_zero(double g) { return g < tinyRest && g > -tinyRest ? tinyRest : g; }

/// One step of QR on squares of the off-diagonal: Pal, Walker and Kahan's form (Parlett, The Symmetric Eigenvalue Problem, section
/// 8.15), where g' = c x - s g and p' = g'^2 / c. With c = p / r, s = b / r the divisions by p and r do not wait for each other.
static void qr_step(double* diagonal, double* squares, size_t size, double shift) {
  double g = off_zero(diagonal[0] - shift), p = g * g, s = 0;
  for (size_t i = 0; i + 1 < size; ++i) {
    const double b = squares[i], r = p + b, next = diagonal[i + 1];
    if (i > 0) squares[i - 1] = s * r;
    const double inverse = 1 / r, ratio = r / p, old = g;
    g = off_zero((p * (next - shift) - b * old) * inverse);
    s = b * inverse;
    diagonal[i] = old + (next - g);
    p = g * g * ratio;
  }
  squares[size - 2] = s * p;
  diagonal[size - 1] = shift + g;
}

/// As many steps as there are lanes: lane l is at element i - 2 l when lane 0 is at element i, so that what a lane needs is what the lane
/// before it has computed one element ago. Before the first and behind the last element, b = 0 keeps the lanes apart.
class QrPipeline {
 public:
  explicit QrPipeline(const double* shifts) : shift_(load(shifts)) {}

  /// Lane 0 takes b of element i and the diagonal of element i + 1. Afterwards the last lane leaves the diagonal of its element and b
  /// of the one before it.
  void advance(double square, double following) {
    const Vec b = shift_in(square, square_), next = shift_in(following, diagonal_);
    const Mask apart = equal(b, set(0));
    const Vec r = p_ + b, old = g_, x = next - shift_;
    const Vec inverse = set(1) / r, ratio = r / p_;
    square_ = s_ * r;
    s_ = b * inverse;
    g_ = off_zero(select(apart, x, negative_multiply_add(b, old, p_ * x) * inverse));
    p_ = g_ * g_ * ratio;
    diagonal_ = old + select(apart, shift_, next - g_);
  }
  double diagonal() const { return last_of(diagonal_); }
  double square() const { return last_of(square_); }

 private:
  const Vec shift_;
  Vec g_ = set(1), p_ = set(1), s_ = set(0);
  Vec diagonal_ = set(0), square_ = set(0);
};

/// `size` at least twice the number of lanes.
static void qr_pipeline(double* diagonal, double* squares, size_t size, const double* shifts) {
  QrPipeline pipeline(shifts);
  constexpr size_t delay = 2 * lanes - 1;
  // Time runs from 0, when lane 0 stands before the first element.
  for (size_t time = 0; time < delay; ++time) pipeline.advance(time > 0 ? squares[time - 1] : 0, diagonal[time]);
  for (size_t time = delay; time < size + delay; ++time) {
    if (time < size) pipeline.advance(squares[time - 1], diagonal[time]);
    else pipeline.advance(0, 0);
    const size_t i = time - delay;
    diagonal[i] = pipeline.diagonal();
    if (i > 0) squares[i - 1] = pipeline.square();
  }
}

static void qr_steps(double* diagonal, double* squares, size_t size, const double* shifts, size_t count) {
  if (size < 2) return;
  size_t i = 0;
  if (size >= 2 * lanes) {
    for (; i + lanes <= count; i += lanes) qr_pipeline(diagonal, squares, size, shifts + i);
  }
  for (; i < count; ++i) qr_step(diagonal, squares, size, shifts[i]);
}
