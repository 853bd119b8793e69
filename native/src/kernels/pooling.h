// Maxima and averages of windows. Included inside a level's namespace.

/// The part of a window that is inside the image.
struct Pane {
  Reach down, across;
};

static inline Pane pane_at(const Windows& w, int y, int x) {
  return {reach_forward(y, w.height, w.kernelHeight, w.strideHeight, w.paddingHeight),
          reach_forward(x, w.width, w.kernelWidth, w.strideWidth, w.paddingWidth)};
}

/// Calls function(pane, input offset of its first place, output offset) for each window of each channel.
template <typename Function>
static inline void each_pane(const Windows& w, ptrdiff_t stride, Function function) {
  ptrdiff_t output = 0;
  for (int c = 0; c < w.channels; ++c) {
    for (int y = 0; y < w.outputHeight; ++y) {
      for (int x = 0; x < w.outputWidth; ++x, output += stride) {
        const Pane pane = pane_at(w, y, x);
        const ptrdiff_t first = (ptrdiff_t{c} * w.height + pane.down.source) * w.width + pane.across.source;
        function(pane, first * stride, output);
      }
    }
  }
}

/// The larger of both; a NaN is larger than any number.
static inline Vec larger_of(Vec best, Vec value) { return select(equal(value, value), max(value, best), value); }

/// Largest numbers of a pane. `side` is that of a square pane where the compiler knows it, or 0.
template <int side>
static inline Vec largest_of(const Pane& pane, const Real* first, ptrdiff_t rowStride, ptrdiff_t stride) {
  const int down = side > 0 ? side : pane.down.count, across = side > 0 ? side : pane.across.count;
  Vec best = load(first);
  for (int i = 0; i < down; ++i) {
    for (int j = 0; j < across; ++j) best = larger_of(best, load(first + i * rowStride + j * stride));
  }
  return best;
}

template <int size>
struct Side {
  static constexpr int value = size;
};

/// Calls function(Side<2>) if all windows are 2 x 2 and inside of the image, otherwise function(Side<0>).
template <typename Function>
static inline void with_window(const Windows& w, Function function) {
  const bool inside = w.paddingHeight == 0 && w.paddingWidth == 0;
  if (inside && w.kernelHeight == 2 && w.kernelWidth == 2) return function(Side<2>{});
  function(Side<0>{});
}

static void maxPool(const Pooling<Real>& p) {
  const Windows& w = p.windows;
  const ptrdiff_t stride = p.stride, rowStride = w.width * stride;
  const int columns = p.columns;
  const Real* input = p.input;
  const Real* from = p.from;
  Real* to = p.to;
  if (from == input) {
    return with_window(w, [=](auto side) {
      each_pane(w, stride, [=](const Pane& pane, ptrdiff_t first, ptrdiff_t output) {
        for (int b = 0; b < columns; b += Vec::lanes) {
          store(to + output + b, largest_of<side.value>(pane, input + first + b, rowStride, stride));
        }
      });
    });
  }
  each_pane(w, stride, [=](const Pane& pane, ptrdiff_t first, ptrdiff_t output) {
    for (int b = 0; b < columns; b += Vec::lanes) {
      const Real* place = input + first + b;
      const Real* values = from + first + b;
      Vec best = load(place), value = load(values);
      for (int i = 0; i < pane.down.count; ++i) {
        for (int j = 0; j < pane.across.count; ++j) {
          const ptrdiff_t at = i * rowStride + j * stride;
          const Vec next = load(place + at), nextValue = load(values + at);
          value = select(equal(next, next), select(less(best, next), nextValue, value), nextValue);
          best = larger_of(best, next);
        }
      }
      store(to + output + b, value);
    }
  });
}

static inline Vec gated(Activation gate, Vec delta, Vec output) {
  if (gate == Activation::Relu) return relu_gate(delta, output);
  return gate == Activation::LeakyRelu ? leaky_gate(delta, output) : delta;
}

/// Whether each place of the input is in exactly one window.
static inline bool tiles_input(const Windows& w) {
  return w.strideHeight == w.kernelHeight && w.strideWidth == w.kernelWidth && w.paddingHeight == 0 && w.paddingWidth == 0 &&
         w.outputHeight * w.strideHeight == w.height && w.outputWidth * w.strideWidth == w.width;
}

static void clear_images(const Windows& w, ptrdiff_t stride, int columns, Real* to) {
  const ptrdiff_t places = ptrdiff_t{w.channels} * w.height * w.width;
  for (ptrdiff_t place = 0; place < places; ++place) {
    for (int b = 0; b < columns; b += Vec::lanes) store(to + place * stride + b, set(0));
  }
}

static void maxPoolBackward(const Pooling<Real>& p) {
  const Windows& w = p.windows;
  const ptrdiff_t stride = p.stride, rowStride = w.width * stride;
  const int columns = p.columns;
  const Activation gate = p.gate;
  const Real* input = p.input;
  const Real* from = p.from;
  Real* to = p.to;
  const bool add = !tiles_input(w);
  if (add) clear_images(w, stride, columns, to);
  with_window(w, [=](auto side) {
    each_pane(w, stride, [=](const Pane& pane, ptrdiff_t first, ptrdiff_t output) {
      const int down = side.value > 0 ? side.value : pane.down.count;
      const int across = side.value > 0 ? side.value : pane.across.count;
      for (int b = 0; b < columns; b += Vec::lanes) {
        const Real* place = input + first + b;
        Real* result = to + first + b;
        const Vec best = largest_of<side.value>(pane, place, rowStride, stride);
        // The first that is as large takes it all.
        Vec delta = gated(gate, load(from + output + b), best);
        for (int i = 0; i < down; ++i) {
          for (int j = 0; j < across; ++j) {
            const ptrdiff_t at = i * rowStride + j * stride;
            const Mask here = equal(load(place + at), best);
            const Vec taken = select(here, delta, set(0));
            delta = select(here, set(0), delta);
            store(result + at, add ? load(result + at) + taken : taken);
          }
        }
      }
    });
  });
}

static void averagePool(const Pooling<Real>& p) {
  const Windows& w = p.windows;
  const ptrdiff_t stride = p.stride, rowStride = w.width * stride;
  const int columns = p.columns;
  const Real* from = p.from;
  Real* to = p.to;
  const Real share = Real(1) / (Real(w.kernelHeight) * Real(w.kernelWidth));
  each_pane(w, stride, [=](const Pane& pane, ptrdiff_t first, ptrdiff_t output) {
    for (int b = 0; b < columns; b += Vec::lanes) {
      Vec total = set(0);
      for (int i = 0; i < pane.down.count; ++i) {
        for (int j = 0; j < pane.across.count; ++j) total = total + load(from + first + i * rowStride + j * stride + b);
      }
      store(to + output + b, total * set(share));
    }
  });
}

static void averagePoolBackward(const Pooling<Real>& p) {
  const Windows& w = p.windows;
  const ptrdiff_t stride = p.stride;
  const int columns = p.columns;
  const Real* from = p.from;
  Real* to = p.to;
  const Real share = Real(1) / (Real(w.kernelHeight) * Real(w.kernelWidth));
  for (int c = 0; c < w.channels; ++c) {
    const Real* deltas = from + ptrdiff_t{c} * w.outputHeight * w.outputWidth * stride;
    for (int y = 0; y < w.height; ++y) {
      const Reach down = reach_backward(y, w.outputHeight, w.kernelHeight, w.strideHeight, w.paddingHeight);
      for (int x = 0; x < w.width; ++x, to += stride) {
        const Reach across = reach_backward(x, w.outputWidth, w.kernelWidth, w.strideWidth, w.paddingWidth);
        const Real* first = deltas + (ptrdiff_t{down.source} * w.outputWidth + across.source) * stride;
        for (int b = 0; b < columns; b += Vec::lanes) {
          Vec total = set(0);
          for (int i = 0; i < down.count; ++i) {
            for (int j = 0; j < across.count; ++j) total = total + load(first - (ptrdiff_t{i} * w.outputWidth + j) * stride + b);
          }
          store(to + b, total * set(share));
        }
      }
    }
  }
}
