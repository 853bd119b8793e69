// Activations that need more than a multiplication, their derivatives, losses and optimisers, all along contiguous vectors.
// Included inside a level's namespace.

template <typename Function>
static inline void map(const float* z, float* a, size_t size, Function function) {
  for (size_t i = 0; i < size; i += Vec::lanes) store(a + i, function(load(z + i)));
}

static void activate(Activation activation, const float* z, float* a, size_t size) {
  switch (activation) {
    case Activation::Tanh:
      return map(z, a, size, [](Vec x) { return tanh(x); });
    case Activation::Sigmoid:
      return map(z, a, size, [](Vec x) { return sigmoid(x); });
    case Activation::Softplus:
      return map(z, a, size, [](Vec x) { return softplus(x); });
    case Activation::Gelu:
      return map(z, a, size, [](Vec x) { return gelu(x); });
    case Activation::Sin:
      return map(z, a, size, [](Vec x) { return sin(x); });
    case Activation::Linear:
    case Activation::Relu:
    case Activation::LeakyRelu:
    case Activation::Softmax:
      return;
  }
}

template <typename Slope>
static inline void multiply_by(float* delta, const float* from, size_t size, Slope slope) {
  for (size_t i = 0; i < size; i += Vec::lanes) store(delta + i, load(delta + i) * slope(load(from + i)));
}

static void activateBackward(Activation activation, float* delta, const float* z, const float* a, size_t size) {
  const Vec one = set(1.0f);
  switch (activation) {
    case Activation::Relu:
      return multiply_by(delta, a, size, [one](Vec y) { return relu_gate(one, y); });
    case Activation::LeakyRelu:
      return multiply_by(delta, a, size, [one](Vec y) { return leaky_gate(one, y); });
    case Activation::Tanh:
      return multiply_by(delta, a, size, [one](Vec y) { return one - y * y; });
    case Activation::Sigmoid:
      return multiply_by(delta, a, size, [one](Vec y) { return y * (one - y); });
    case Activation::Softplus:
      return multiply_by(delta, z, size, [](Vec x) { return sigmoid(x); });
    case Activation::Gelu:
      return multiply_by(delta, z, size, [](Vec x) { return gelu_slope(x); });
    case Activation::Sin:
      return multiply_by(delta, z, size, [](Vec x) { return cos(x); });
    case Activation::Linear:
    case Activation::Softmax:
      return;
  }
}

/// Softmax of one vector of columns: returns the largest entry and the sum of exponentials.
static inline void softmax_columns(const float* z, float* a, ptrdiff_t stride, int features, Vec& largest, Vec& total) {
  largest = load(z);
  for (int j = 1; j < features; ++j) largest = max(largest, load(z + j * stride));
  total = set(0.0f);
  for (int j = 0; j < features; ++j) {
    const Vec value = exp(load(z + j * stride) - largest);
    store(a + j * stride, value);
    total = total + value;
  }
}

static void softmax(float* a, ptrdiff_t stride, int features, int columns) {
  for (int c = 0; c < columns; c += Vec::lanes) {
    Vec largest, total;
    softmax_columns(a + c, a + c, stride, features, largest, total);
    for (int j = 0; j < features; ++j) store(a + j * stride + c, load(a + j * stride + c) / total);
  }
}

static void softmaxBackward(float* delta, const float* a, ptrdiff_t stride, int features, int columns) {
  for (int c = 0; c < columns; c += Vec::lanes) {
    Vec mean = set(0.0f);
    for (int j = 0; j < features; ++j) mean = multiply_add(load(delta + j * stride + c), load(a + j * stride + c), mean);
    for (int j = 0; j < features; ++j) {
      float* d = delta + j * stride + c;
      store(d, (load(d) - mean) * load(a + j * stride + c));
    }
  }
}

static LossSum squaredError(const LossInput& in) {
  Vec total = set(0.0f);
  const Vec twice = set(2.0f * in.scale);
  for (int j = 0; j < in.outputs; ++j) {
    for (int c = 0; c < in.columns; c += Vec::lanes) {
      const ptrdiff_t at = j * in.stride + c;
      const Vec error = (load(in.output + at) - load(in.target + at)) * load(in.valid + c);
      total = multiply_add(error, error, total);
      if (in.delta != nullptr) store(in.delta + at, error * twice);
    }
  }
  return {sum(total), 0};
}

/// The first largest entry of each column.
static inline Vec best_class(const float* z, ptrdiff_t stride, int features) {
  Vec largest = load(z);
  Vec best = set(0.0f);
  for (int j = 1; j < features; ++j) {
    const Vec value = load(z + j * stride);
    const Mask better = less(largest, value);
    best = select(better, set(static_cast<float>(j)), best);
    largest = select(better, value, largest);
  }
  return best;
}

static LossSum crossEntropy(const LossInput& in) {
  Vec loss = set(0.0f);
  Vec right = set(0.0f);
  const Vec scale_here = set(in.scale);
  for (int c = 0; c < in.columns; c += Vec::lanes) {
    const float* z = in.output + c;
    const Vec label = load(in.target + c);
    const Vec valid = load(in.valid + c);
    Vec largest = load(z);
    for (int j = 1; j < in.outputs; ++j) largest = max(largest, load(z + j * in.stride));
    Vec total = set(0.0f);
    Vec at_label = set(0.0f);
    for (int j = 0; j < in.outputs; ++j) {
      const Vec shifted = load(z + j * in.stride) - largest;
      const Vec value = exp(shifted);
      if (in.delta != nullptr) store(in.delta + j * in.stride + c, value);
      total = total + value;
      at_label = select(equal(label, set(static_cast<float>(j))), shifted, at_label);
    }
    loss = multiply_add(log(total) - at_label, valid, loss);
    right = right + select(equal(best_class(z, in.stride, in.outputs), label), valid, set(0.0f));
    if (in.delta == nullptr) continue;
    const Vec weight = valid * scale_here;
    for (int j = 0; j < in.outputs; ++j) {
      float* d = in.delta + j * in.stride + c;
      const Vec target = select(equal(label, set(static_cast<float>(j))), set(1.0f), set(0.0f));
      store(d, (load(d) / total - target) * weight);
    }
  }
  return {sum(loss), sum(right)};
}

/// Blocks are summed in single precision, and again in double where that over- or underflows.
static double sumSquares(const float* values, size_t size) {
  constexpr size_t block = 64 * Vec::lanes;
  double total = 0;
  for (size_t start = 0; start < size; start += block) {
    const size_t end = start + block < size ? start + block : size;
    Vec squares[2] = {set(0.0f), set(0.0f)};
    size_t i = start;
    for (; i + 2 * Vec::lanes <= end; i += 2 * Vec::lanes) {
      const Vec x = load(values + i), y = load(values + i + Vec::lanes);
      squares[0] = multiply_add(x, x, squares[0]);
      squares[1] = multiply_add(y, y, squares[1]);
    }
    float here = sum(squares[0] + squares[1]);
    for (; i < end; ++i) here += values[i] * values[i];
    if (here > 1e-25f && here < 1e38f) {
      total += here;
      continue;
    }
    for (i = start; i < end; ++i) total += static_cast<double>(values[i]) * values[i];
  }
  return total;
}

/// Calls step(pointer offset, lanes to touch) over all parameters; state beyond the end is never written.
template <typename Step>
static inline void for_parameters(const Update& u, Step step) {
  size_t i = 0;
  for (; i + Vec::lanes <= u.size; i += Vec::lanes) {
    step([i](const float* p) { return load(p + i); }, [i](float* p, Vec v) { store(p + i, v); });
  }
  const int tail = static_cast<int>(u.size - i);
  if (tail == 0) return;
  step([i, tail](const float* p) { return load_partial(p + i, tail); },
       [i, tail](float* p, Vec v) { store_partial(p + i, v, tail); });
}

/// PyTorch's form: b = momentum b + g, p -= rate b.
static void sgd(const Update& u) {
  const Vec rate = set(u.learningRate), momentum = set(u.decay1);
  const bool plain = u.decay1 == 0.0f;
  for_parameters(u, [&](auto get, auto put) {
    Vec direction = get(u.gradient);
    if (!plain) {
      direction = multiply_add(momentum, get(u.first), direction);
      put(u.first, direction);
    }
    put(u.parameters, negative_multiply_add(rate, direction, get(u.parameters)));
  });
}

/// v = alpha v + (1 - alpha) g^2, p -= rate g / (sqrt v + epsilon).
static void rmsprop(const Update& u) {
  const Vec rate = set(u.learningRate), alpha = set(u.decay2), rest = set(u.rest2), epsilon = set(u.epsilon);
  for_parameters(u, [&](auto get, auto put) {
    const Vec g = get(u.gradient);
    const Vec square = multiply_add(alpha, get(u.second), rest * g * g);
    put(u.second, square);
    put(u.parameters, negative_multiply_add(rate, g / (sqrt(square) + epsilon), get(u.parameters)));
  });
}

/// Kingma and Ba 2015 with PyTorch's place for epsilon: p -= rate' m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
static void adam(const Update& u) {
  const Vec rate = set(u.learningRate), beta1 = set(u.decay1), beta2 = set(u.decay2), epsilon = set(u.epsilon);
  const Vec rest1 = set(u.rest1), rest2 = set(u.rest2), second_scale = set(u.secondScale);
  for_parameters(u, [&](auto get, auto put) {
    const Vec g = get(u.gradient);
    const Vec mean = multiply_add(beta1, get(u.first), rest1 * g);
    const Vec square = multiply_add(beta2, get(u.second), rest2 * g * g);
    put(u.first, mean);
    put(u.second, square);
    const Vec step = mean / multiply_add(sqrt(square), second_scale, epsilon);
    put(u.parameters, negative_multiply_add(rate, step, get(u.parameters)));
  });
}
