/** Numbers as figures write them: 1e-4, 0.25, 1,500, 20k. One way on every axis and in every tooltip. */

/** 1e-4, 2.5e-5: no plus sign, no empty decimals. */
function exponential(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits).split('e') as [string, string]
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  return `${short}e${exponent.replace('+', '')}`
}

/** 12,345.6 */
function grouped(text: string): string {
  const [whole, decimals] = text.split('.') as [string, string | undefined]
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return decimals === undefined ? separated : `${separated}.${decimals}`
}

/** A measured value in four significant digits: 2.134e-5, 0.0713, 97.31, 1,240. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'not a number'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e9) return grouped(String(value))
  if (size < 1e-3 || size >= 1e6) return exponential(value, 3)
  const text = value.toPrecision(4)
  return grouped(text.includes('.') ? text.replace(/\.?0+$/, '') : text)
}

/** Decimals that a step needs to be written exactly: 0.25 -> 2. */
function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 12; decimals++) {
    const scaled = step * 10 ** decimals
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals
  }
  return 12
}

/** Labels of evenly spaced ticks, all written alike. */
export function linearLabels(ticks: readonly number[]): string[] {
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : Math.abs(ticks[0] ?? 1) || 1
  const largest = ticks.reduce((most, tick) => Math.max(most, Math.abs(tick)), 0)
  return ticks.map((tick) => {
    if (Math.abs(tick) < step * 1e-6) return '0'
    if (largest < 1e-3 || largest >= 1e9) return exponential(tick, Math.max(0, Math.ceil(Math.log10(largest / step))))
    for (const [unit, suffix] of [
      [1e6, 'M'],
      [1e3, 'k'],
    ] as const) {
      if (largest >= 10 * unit && decimalsOf(step / unit) <= 1)
        return `${(tick / unit).toFixed(decimalsOf(step / unit))}${suffix}`
    }
    return grouped(tick.toFixed(decimalsOf(step)))
  })
}

/** Labels of ticks on a log axis: plain where all are near 1, 500, 1k, 20k, 5M where all count something, otherwise 1e-4, 1e-3, ..., 1, 10. */
export function logLabels(ticks: readonly number[]): string[] {
  const lowest = Math.min(...ticks)
  const highest = Math.max(...ticks)
  const plain = lowest >= 0.0099 && highest <= 10_001
  const counts = lowest > 0.999 && highest > 10_001 && highest < 1.001e9
  return ticks.map((tick) => {
    if (counts && tick > 999) return tick > 999_999 ? `${rounded(tick / 1e6)}M` : `${rounded(tick / 1e3)}k`
    if (plain || counts || (tick > 0.999 && tick < 100.1)) return grouped(rounded(tick))
    return exponential(tick, 5)
  })
}

/** Without the last digits, in which ticks that were computed differ from what they mean. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(6)))
}

/** Width of a text in pixels, rather too wide than too narrow: layout needs it where nothing can measure. */
export function textWidth(text: string, fontSize: number): number {
  let units = 0
  for (const character of text) {
    if (/[iljtfr.,:;'|()[\]! ]/.test(character)) units += 0.36
    else if (/[mwMW@%‖∇—]/.test(character)) units += 0.92
    else if (/[A-Z]/.test(character)) units += 0.72
    else if (character > '\u2fff') units += 1.05
    else units += 0.58
  }
  return units * fontSize
}
