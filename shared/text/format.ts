/** Numbers, durations and dates as the pages and the command line write them. English, with units; `–` stands for what is not there. */

export const absent = '–'

const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 41,300 */
export function formatInteger(value: number): string {
  return Number.isFinite(value) ? integers.format(value) : absent
}

function isPlain(magnitude: number): boolean {
  return magnitude === 0 || (magnitude >= 1e-3 && magnitude < 1e5)
}

/** A measured number in a few significant digits: 0.0711, 12.3, 2.1e-5. */
export function formatMeasure(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return absent
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '-∞'
  const magnitude = Math.abs(value)
  if (!isPlain(magnitude)) return value.toExponential(digits - 1).replace('e+', 'e')
  if (magnitude === 0) return '0'
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)))
  return value.toFixed(Math.min(decimals, 6))
}

/** A share of one as 97.10 %. */
export function formatPercent(share: number | null | undefined, decimals = 2): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return absent
  return `${(100 * share).toFixed(decimals)} %`
}

/** Mean and standard deviation on the same power of ten: 2.1e-5 ± 0.4e-5. A single value has no deviation. */
export function formatSpread(mean: number, deviation: number | null): string {
  if (deviation === null) return formatMeasure(mean)
  const magnitude = Math.max(Math.abs(mean), deviation)
  if (isPlain(magnitude)) {
    const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(magnitude || 1))))
    return `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}`
  }
  const exponent = Math.floor(Math.log10(magnitude))
  const scaled = (value: number) => `${(value / 10 ** exponent).toFixed(2)}e${exponent}`
  return `${scaled(mean)} ± ${scaled(deviation)}`
}

/** A time span with what matters at its size: 320 ms, 4.7 s, 48 s, 3 min 20 s, 2 h 5 min. */
export function formatDuration(durationMs: number | null | undefined): string {
  if (durationMs === null || durationMs === undefined || !Number.isFinite(durationMs)) return absent
  if (durationMs > 0 && durationMs < 1) return '< 1 ms'
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`
  const seconds = durationMs / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return joinUnits(minutes, 'min', whole % 60, 's')
  return joinUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** Time left, which is only ever known roughly: 12 s, 3 min, 2 h 5 min. */
export function formatTimeLeft(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000)
  if (seconds < 90) return `${Math.max(1, seconds)} s`
  return formatDuration(Math.ceil(seconds / 60) * 60_000)
}

/** 2026-11-21 14:05 in local time: sorts as text, reads the same everywhere. */
export function formatDate(unixMs: number | null | undefined): string {
  if (unixMs === null || unixMs === undefined) return absent
  const date = new Date(unixMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** '1 run', '15 runs', '2 analyses'. */
export function countOf(count: number, noun: string): string {
  const plural = noun.endsWith('sis') ? `${noun.slice(0, -2)}es` : `${noun}s`
  return `${formatInteger(count)} ${count === 1 ? noun : plural}`
}
