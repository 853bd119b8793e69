// What exact Hessians of dense layers are put together from (curvature/dense_hessian.cc). Included inside a level's namespace.

static void weightedSum(const WeightedSum<Real>& s) {
  if (s.b == nullptr) {
    for (size_t i = 0; i < s.size; i += Vec::lanes) store(s.to + i, load(s.a + i) * load(s.x + i));
    return;
  }
  for (size_t i = 0; i < s.size; i += Vec::lanes) {
    store(s.to + i, multiply_add(load(s.b + i), load(s.y + i), load(s.a + i) * load(s.x + i)));
  }
}

/// `vectors` vectors of inputs of all outputs of one sample, the last with `tail` lanes; with t if `both`.
template <int vectors, bool both>
static inline void outer_strip(int outputs, int inputs, const Real* s, const Real* x, const Real* d, const Real* t, Real* to, int tail) {
  constexpr int last = vectors - 1;
  Vec input[vectors], tangent[vectors];
#pragma GCC unroll 4
  for (int j = 0; j < vectors; ++j) {
    const int at = j * Vec::lanes;
    input[j] = j < last ? load(x + at) : load_partial(x + at, tail);
    tangent[j] = !both ? set(0) : j < last ? load(t + at) : load_partial(t + at, tail);
  }
  for (int output = 0; output < outputs; ++output, to += inputs) {
    const Vec left = set(s[output]), right = set(both ? d[output] : Real(0));
#pragma GCC unroll 4
    for (int j = 0; j < vectors; ++j) {
      const Vec one = left * input[j];
      const Vec sum = both ? multiply_add(right, tangent[j], one) : one;
      if (j < last) store(to + j * Vec::lanes, sum);
      else store_partial(to + j * Vec::lanes, sum, tail);
    }
  }
}

template <bool both>
static inline void outer_sample(int outputs, int inputs, const Real* s, const Real* x, const Real* d, const Real* t, Real* to) {
  constexpr int lanes = Vec::lanes;
  int first = 0;
  for (; inputs - first > 4 * lanes; first += 4 * lanes) {
    outer_strip<4, both>(outputs, inputs, s, x + first, d, both ? t + first : t, to + first, lanes);
  }
  const int left = inputs - first, vectors = (left + lanes - 1) / lanes, tail = left - (vectors - 1) * lanes;
  const Real* tangent = both ? t + first : t;
  if (vectors == 1) return outer_strip<1, both>(outputs, inputs, s, x + first, d, tangent, to + first, tail);
  if (vectors == 2) return outer_strip<2, both>(outputs, inputs, s, x + first, d, tangent, to + first, tail);
  if (vectors == 3) return outer_strip<3, both>(outputs, inputs, s, x + first, d, tangent, to + first, tail);
  outer_strip<4, both>(outputs, inputs, s, x + first, d, tangent, to + first, tail);
}

static void outerRows(const OuterRows<Real>& o) {
  for (int n = 0; n < o.samples; ++n) {
    const Real* s = o.s + n * o.sRow;
    const Real* x = o.x + n * o.xRow;
    Real* to = o.to + n * o.toRow;
    if (o.t == nullptr) outer_sample<false>(o.outputs, o.inputs, s, x, nullptr, nullptr, to);
    else outer_sample<true>(o.outputs, o.inputs, s, x, o.d + n * o.dRow, o.t + n * o.tRow, to);
  }
}
