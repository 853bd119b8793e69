// Convolution by whichever way is the fastest for its shape. Included inside a level's namespace.

static ConvolutionRoom convolutionRoom(const Windows& w) {
  const ptrdiff_t weights = ptrdiff_t{w.outputs} * w.channels * w.kernelHeight * w.kernelWidth;
  if (!suits_winograd(w)) return {static_cast<size_t>(weights), static_cast<size_t>(filters_room(w))};
  const ptrdiff_t forward = winograd_room(w.channels).size() + sums_room(w), backward = winograd_room(w.outputs).size();
  return {static_cast<size_t>(ptrdiff_t{tilePoints} * w.outputs * w.channels), static_cast<size_t>(forward > backward ? forward : backward)};
}

static void packWeights(Way way, const Windows& w, const Real* weights, Real* packed, int part, int parts) {
  if (suits_winograd(w)) pack_winograd(way, w, weights, packed, part, parts);
  else pack_directly(way, w, weights, packed, part, parts);
}

static void convolve(Way way, const Convolution<Real>& g) {
  if (suits_winograd(g.windows)) convolve_winograd(way, g);
  else convolve_directly(way, g);
}

static void filterGradient(const FilterGradient<Real>& g) {
  if (g.count == 0) return;
  if (suits_winograd(g.windows)) filters_winograd(g);
  else filters_directly(g);
}
