// Activations, their first and second derivatives, and softmax as one of them. Included inside a level's namespace.

/// Calls function(offset) for each vector of a matrix. Rows without a gap between them are one run.
template <typename Function>
static inline void each_vector(Extent e, Function function) {
  const bool whole = e.columns == e.stride;
  const ptrdiff_t rows = whole ? 1 : e.rows;
  const ptrdiff_t length = whole ? e.rows * e.stride : e.columns;
  for (ptrdiff_t row = 0; row < rows; ++row) {
    const ptrdiff_t start = row * e.stride;
    for (ptrdiff_t i = start; i < start + length; i += Vec::lanes) function(i);
  }
}

template <typename Function>
static inline void map(Extent e, const Real* z, Real* a, Function function) {
  each_vector(e, [=](ptrdiff_t i) { store(a + i, function(load(z + i))); });
}

static void activate(Activation activation, Extent e, const Real* z, Real* a) {
  switch (activation) {
    case Activation::Relu:
      return map(e, z, a, [](Vec x) { return max(set(0), x); });
    case Activation::LeakyRelu:
      return map(e, z, a, [](Vec x) { return leaky(x); });
    case Activation::Tanh:
      return map(e, z, a, [](Vec x) { return tanh(x); });
    case Activation::Sigmoid:
      return map(e, z, a, [](Vec x) { return sigmoid(x); });
    case Activation::Softplus:
      return map(e, z, a, [](Vec x) { return softplus(x); });
    case Activation::Gelu:
      return map(e, z, a, [](Vec x) { return gelu(x); });
    case Activation::Sin:
      return map(e, z, a, [](Vec x) { return sin(x); });
    case Activation::Linear:
      if (z != a) map(e, z, a, [](Vec x) { return x; });
      return;
    case Activation::Softmax:
      return;
  }
}

/// Calls use(derivative), where derivative(x, y) is f'(x) with y = f(x) at hand. Relu and leaky relu see to their own.
template <typename Use>
static inline void with_slope(Activation activation, Use use) {
  const Vec one = set(1);
  switch (activation) {
    case Activation::Tanh:
      return use([one](Vec, Vec y) { return one - y * y; });
    case Activation::Sigmoid:
      return use([one](Vec, Vec y) { return y * (one - y); });
    case Activation::Softplus:
      return use([](Vec x, Vec) { return sigmoid(x); });
    case Activation::Gelu:
      return use([](Vec x, Vec) { return gelu_slope(x); });
    case Activation::Sin:
      return use([](Vec x, Vec) { return cos(x); });
    case Activation::Relu:
      return use([one](Vec, Vec y) { return relu_gate(one, y); });
    case Activation::LeakyRelu:
      return use([one](Vec, Vec y) { return leaky_gate(one, y); });
    case Activation::Linear:
    case Activation::Softmax:
      return;
  }
}

static void activateBackward(Activation activation, Extent e, Real* delta, const Real* z, const Real* a) {
  with_slope(activation, [=](auto slope) {
    each_vector(e, [=](ptrdiff_t i) { store(delta + i, load(delta + i) * slope(load(z + i), load(a + i))); });
  });
}

static void activateTangent(Activation activation, Extent e, const Real* z, const Real* a, const Real* zTangent,
                            Real* aTangent) {
  if (activation == Activation::Linear && zTangent != aTangent) return map(e, zTangent, aTangent, [](Vec x) { return x; });
  with_slope(activation, [=](auto slope) {
    each_vector(e, [=](ptrdiff_t i) { store(aTangent + i, load(zTangent + i) * slope(load(z + i), load(a + i))); });
  });
}

/// Calls use(derivatives), where derivatives(x, y, first, second) are f'(x) and f''(x), with y = f(x) at hand.
template <typename Use>
static inline void with_bend(Activation activation, Use use) {
  const Vec one = set(1), two = set(2);
  switch (activation) {
    case Activation::Tanh:
      return use([one, two](Vec, Vec y, Vec& first, Vec& second) {
        first = one - y * y;
        second = (set(0) - two * y) * first;
      });
    case Activation::Sigmoid:
      return use([one](Vec, Vec y, Vec& first, Vec& second) {
        first = y * (one - y);
        second = first * (one - (y + y));
      });
    case Activation::Softplus:
      return use([one](Vec x, Vec, Vec& first, Vec& second) {
        first = sigmoid(x);
        second = first * (one - first);
      });
    case Activation::Gelu:
      return use([](Vec x, Vec, Vec& first, Vec& second) { gelu_slopes(x, first, second); });
    case Activation::Sin:
      return use([](Vec x, Vec y, Vec& first, Vec& second) {
        first = cos(x);
        second = set(0) - y;
      });
    case Activation::Linear:
    case Activation::Relu:
    case Activation::LeakyRelu:
    case Activation::Softmax:
      return;
  }
}

static void activateBackwardTangent(Activation activation, Extent e, const Real* z, const Real* a, const Real* zTangent,
                                    Real* delta, Real* deltaTangent) {
  if (activation == Activation::Relu || activation == Activation::LeakyRelu) {
    activateBackward(activation, e, delta, z, a);
    return activateBackward(activation, e, deltaTangent, z, a);
  }
  with_bend(activation, [=](auto bend) {
    each_vector(e, [=](ptrdiff_t i) {
      Vec first, second;
      bend(load(z + i), load(a + i), first, second);
      const Vec d = load(delta + i);
      store(deltaTangent + i, multiply_add(second * load(zTangent + i), d, first * load(deltaTangent + i)));
      store(delta + i, first * d);
    });
  });
}

static void softmax(Real* a, ptrdiff_t stride, int features, int columns) {
  for (int c = 0; c < columns; c += Vec::lanes) {
    Vec largest = load(a + c);
    for (int j = 1; j < features; ++j) largest = max(largest, load(a + j * stride + c));
    Vec total = set(0);
    for (int j = 0; j < features; ++j) {
      const Vec value = exp(load(a + j * stride + c) - largest);
      store(a + j * stride + c, value);
      total = total + value;
    }
    for (int j = 0; j < features; ++j) store(a + j * stride + c, load(a + j * stride + c) / total);
  }
}

/// Softmax's Jacobian diag(a) - a a' is symmetric: what takes deltas back takes tangents forward.
static void softmaxBackward(Real* delta, const Real* a, ptrdiff_t stride, int features, int columns) {
  for (int c = 0; c < columns; c += Vec::lanes) {
    Vec mean = set(0);
    for (int j = 0; j < features; ++j) mean = multiply_add(load(delta + j * stride + c), load(a + j * stride + c), mean);
    for (int j = 0; j < features; ++j) {
      Real* d = delta + j * stride + c;
      store(d, (load(d) - mean) * load(a + j * stride + c));
    }
  }
}

static void softmaxTangent(const Real* a, ptrdiff_t stride, int features, int columns, Real* tangent) {
  softmaxBackward(tangent, a, stride, features, columns);
}

static void softmaxBackwardTangent(const Real* a, const Real* aTangent, Real* delta, Real* deltaTangent, ptrdiff_t stride,
                                   int features, int columns) {
  for (int c = 0; c < columns; c += Vec::lanes) {
    Vec mean = set(0), mean_tangent = set(0);
    for (int j = 0; j < features; ++j) {
      const ptrdiff_t at = j * stride + c;
      const Vec d = load(delta + at), y = load(a + at);
      mean = multiply_add(d, y, mean);
      mean_tangent = multiply_add(d, load(aTangent + at), multiply_add(load(deltaTangent + at), y, mean_tangent));
    }
    for (int j = 0; j < features; ++j) {
      const ptrdiff_t at = j * stride + c;
      const Vec y = load(a + at), away = load(delta + at) - mean;
      store(deltaTangent + at, multiply_add(load(aTangent + at), away, y * (load(deltaTangent + at) - mean_tangent)));
      store(delta + at, y * away);
    }
  }
}
