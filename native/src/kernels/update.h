// Sums of squares and first-order optimisers, along all parameters. Included inside a level's namespace.

/// Blocks of floats are summed in single precision, and again in double where that over- or underflows.
static double sumSquares(const Real* values, size_t size) {
  constexpr size_t block = 64 * Vec::lanes;
  double total = 0;
  for (size_t start = 0; start < size; start += block) {
    const size_t end = start + block < size ? start + block : size;
    Vec squares[2] = {set(0), set(0)};
    size_t i = start;
    for (; i + 2 * Vec::lanes <= end; i += 2 * Vec::lanes) {
      const Vec x = load(values + i), y = load(values + i + Vec::lanes);
      squares[0] = multiply_add(x, x, squares[0]);
      squares[1] = multiply_add(y, y, squares[1]);
    }
    Real here = sum(squares[0] + squares[1]);
    for (; i < end; ++i) here += values[i] * values[i];
    if (sizeof(Real) == sizeof(double) || (here > Real(1e-25) && here < Real(1e38))) {
      total += here;
      continue;
    }
    for (i = start; i < end; ++i) total += static_cast<double>(values[i]) * values[i];
  }
  return total;
}

/// Calls step(get, put) over all parameters: get(pointer) loads this place's vector, put(pointer, vector) stores it. State beyond
/// the end is never touched.
template <typename Step>
static inline void for_parameters(const Update<Real>& u, Step step) {
  size_t i = 0;
  for (; i + Vec::lanes <= u.size; i += Vec::lanes) {
    step([i](const Real* p) { return load(p + i); }, [i](Real* p, Vec v) { store(p + i, v); });
  }
  const int tail = static_cast<int>(u.size - i);
  if (tail == 0) return;
  step([i, tail](const Real* p) { return load_partial(p + i, tail); },
       [i, tail](Real* p, Vec v) { store_partial(p + i, v, tail); });
}

/// Calls step(get, put, parameter, gradient), both kinds of weight decay done.
template <typename Step>
static inline void for_decayed(const Update<Real>& u, Step step) {
  if (u.weightDecay == 0 && u.decoupledDecay == 0) {
    return for_parameters(u, [&](auto get, auto put) { step(get, put, get(u.parameters), get(u.gradient)); });
  }
  const Vec decay = set(u.weightDecay), keep = set(1 - u.decoupledDecay);
  for_parameters(u, [&](auto get, auto put) {
    const Vec p = get(u.parameters);
    step(get, put, keep * p, multiply_add(decay, p, get(u.gradient)));
  });
}

/// PyTorch's form: b = momentum b + g, p -= rate b; Nesterov's: p -= rate (g + momentum b).
static void sgd(const Update<Real>& u) {
  const Vec rate = set(u.learningRate), momentum = set(u.decay1);
  if (u.decay1 == 0) {
    return for_decayed(u, [&](auto, auto put, Vec p, Vec g) { put(u.parameters, negative_multiply_add(rate, g, p)); });
  }
  const bool nesterov = u.nesterov;
  for_decayed(u, [&](auto get, auto put, Vec p, Vec g) {
    const Vec buffer = multiply_add(momentum, get(u.first), g);
    put(u.first, buffer);
    const Vec direction = nesterov ? multiply_add(momentum, buffer, g) : buffer;
    put(u.parameters, negative_multiply_add(rate, direction, p));
  });
}

/// v = alpha v + (1 - alpha) g^2, p -= rate g / (sqrt v + epsilon).
static void rmsprop(const Update<Real>& u) {
  const Vec rate = set(u.learningRate), alpha = set(u.decay2), rest = set(u.rest2), epsilon = set(u.epsilon);
  for_decayed(u, [&](auto get, auto put, Vec p, Vec g) {
    const Vec square = multiply_add(alpha, get(u.second), rest * g * g);
    put(u.second, square);
    put(u.parameters, negative_multiply_add(rate, g / (sqrt(square) + epsilon), p));
  });
}

/// Kingma and Ba 2015 with PyTorch's place for epsilon: p -= rate' m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
static void adam(const Update<Real>& u) {
  const Vec rate = set(u.learningRate), beta1 = set(u.decay1), beta2 = set(u.decay2), epsilon = set(u.epsilon);
  const Vec rest1 = set(u.rest1), rest2 = set(u.rest2), second_scale = set(u.secondScale);
  for_decayed(u, [&](auto get, auto put, Vec p, Vec g) {
    const Vec mean = multiply_add(beta1, get(u.first), rest1 * g);
    const Vec square = multiply_add(beta2, get(u.second), rest2 * g * g);
    put(u.first, mean);
    put(u.second, square);
    const Vec step = mean / multiply_add(sqrt(square), second_scale, epsilon);
    put(u.parameters, negative_multiply_add(rate, step, p));
  });
}
