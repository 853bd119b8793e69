/** The moving average that people know from training plots. */

/**
 * Exponential moving average with weight w in [0, 1), without its bias towards zero at the start:
 * m_t = w m_{t-1} + (1 - w) y_t, shown m_t / (1 - w^t) (Kingma and Ba 2015, section 3). Values that are not finite stay as they are and
 * do not count.
 * @returns [N]
 */
export function smoothed(values: Float64Array, weight: number): Float64Array {
  const result = new Float64Array(values.length)
  let mean = 0
  let decay = 1
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) {
      result[i] = value
      continue
    }
    mean = weight * mean + (1 - weight) * value
    decay *= weight
    result[i] = mean / (1 - decay)
  }
  return result
}
