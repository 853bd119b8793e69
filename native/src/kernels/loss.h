// Losses, their gradients with respect to the outputs, and the tangents of those. Included inside a level's namespace.

static LossSum squaredError(const LossInput<Real>& in) {
  Vec total = set(0);
  const Vec twice = set(2 * in.scale);
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

static void squaredErrorTangent(const LossInput<Real>& in, const Real* outputTangent, Real* deltaTangent) {
  const Vec twice = set(2 * in.scale);
  for (int j = 0; j < in.outputs; ++j) {
    for (int c = 0; c < in.columns; c += Vec::lanes) {
      const ptrdiff_t at = j * in.stride + c;
      store(deltaTangent + at, load(outputTangent + at) * (load(in.valid + c) * twice));
    }
  }
}

/// The first largest entry of each column.
static inline Vec best_class(const Real* z, ptrdiff_t stride, int features) {
  Vec largest = load(z);
  Vec best = set(0);
  for (int j = 1; j < features; ++j) {
    const Vec value = load(z + j * stride);
    const Mask better = less(largest, value);
    best = select(better, set(static_cast<Real>(j)), best);
    largest = select(better, value, largest);
  }
  return best;
}

static LossSum crossEntropy(const LossInput<Real>& in) {
  Vec loss = set(0);
  Vec right = set(0);
  const Vec scale_here = set(in.scale);
  for (int c = 0; c < in.columns; c += Vec::lanes) {
    const Real* z = in.output + c;
    const Vec label = load(in.target + c);
    const Vec valid = load(in.valid + c);
    Vec largest = load(z);
    for (int j = 1; j < in.outputs; ++j) largest = max(largest, load(z + j * in.stride));
    Vec total = set(0);
    Vec at_label = set(0);
    for (int j = 0; j < in.outputs; ++j) {
      const Vec shifted = load(z + j * in.stride) - largest;
      const Vec value = exp(shifted);
      if (in.delta != nullptr) store(in.delta + j * in.stride + c, value);
      total = total + value;
      at_label = select(equal(label, set(static_cast<Real>(j))), shifted, at_label);
    }
    loss = multiply_add(log(total) - at_label, valid, loss);
    right = right + select(equal(best_class(z, in.stride, in.outputs), label), valid, set(0));
    if (in.delta == nullptr) continue;
    const Vec weight = valid * scale_here;
    for (int j = 0; j < in.outputs; ++j) {
      Real* d = in.delta + j * in.stride + c;
      const Vec target = select(equal(label, set(static_cast<Real>(j))), set(1), set(0));
      store(d, (load(d) / total - target) * weight);
    }
  }
  return {sum(loss), sum(right)};
}

/// The Hessian of cross-entropy in its logits is softmax's Jacobian diag(p) - p p'.
static void crossEntropyTangent(const LossInput<Real>& in, const Real* outputTangent, Real* deltaTangent) {
  const Vec scale_here = set(in.scale);
  for (int c = 0; c < in.columns; c += Vec::lanes) {
    const Real* z = in.output + c;
    Vec largest = load(z);
    for (int j = 1; j < in.outputs; ++j) largest = max(largest, load(z + j * in.stride));
    Vec total = set(0);
    Vec mean = set(0);
    for (int j = 0; j < in.outputs; ++j) {
      const ptrdiff_t at = j * in.stride + c;
      const Vec value = exp(load(in.output + at) - largest);
      store(deltaTangent + at, value);
      total = total + value;
      mean = multiply_add(value, load(outputTangent + at), mean);
    }
    mean = mean / total;
    const Vec weight = load(in.valid + c) * scale_here / total;
    for (int j = 0; j < in.outputs; ++j) {
      const ptrdiff_t at = j * in.stride + c;
      store(deltaTangent + at, load(deltaTangent + at) * (load(outputTangent + at) - mean) * weight);
    }
  }
}
