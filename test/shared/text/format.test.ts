import { describe, expect, it } from 'vitest'
import {
  countOf,
  formatDate,
  formatDuration,
  formatMeasure,
  formatPercent,
  formatSpread,
  formatTimeLeft,
} from '../../../shared/text/format'

describe('numbers as the pages write them', () => {
  it('gives measures three significant digits, small and large ones a power of ten', () => {
    const shown = [0, 1, 0.07113, 12.345, 97.31, 1240, 2.134e-5, 0.00204, -0.5, 123456].map((value) =>
      formatMeasure(value),
    )
    expect(shown).toEqual(['0', '1.00', '0.0711', '12.3', '97.3', '1240', '2.13e-5', '0.00204', '-0.500', '1.23e5'])
  })

  it('names what is not a number and what is not there', () => {
    expect([NaN, Infinity, -Infinity, null, undefined].map((value) => formatMeasure(value))).toEqual([
      'not a number',
      '∞',
      '-∞',
      '–',
      '–',
    ])
  })

  it('writes mean and deviation on one power of ten', () => {
    expect(formatSpread(2.1e-5, 4e-6)).toBe('2.10e-5 ± 0.40e-5')
    expect(formatSpread(0.0123, 0.0004)).toBe('0.0123 ± 0.0004')
    expect(formatSpread(2.1e-5, null)).toBe('2.10e-5')
    expect(formatSpread(0, 0)).toBe('0.00 ± 0.00')
  })

  it('writes shares as percent', () => {
    expect([formatPercent(0.9812), formatPercent(null), formatPercent(NaN)]).toEqual(['98.12 %', '–', '–'])
  })

  it('writes durations with what matters at their size', () => {
    const spans = [320, 4700, 9949, 9950, 48_000, 59_600, 200_000, 3_600_000, 7_500_000]
    expect(spans.map((span) => formatDuration(span))).toEqual([
      '320 ms',
      '4.7 s',
      '9.9 s',
      '10 s',
      '48 s',
      '1 min',
      '3 min 20 s',
      '1 h',
      '2 h 5 min',
    ])
  })

  it('never says that no time is left', () => {
    expect([0, 400, 12_000, 89_000, 91_000, 3_590_000].map(formatTimeLeft)).toEqual([
      '1 s',
      '1 s',
      '12 s',
      '89 s',
      '2 min',
      '1 h',
    ])
  })

  it('writes dates so that they sort', () => {
    expect(formatDate(new Date(2026, 0, 2, 3, 4).getTime())).toBe('2026-01-02 03:04')
    expect(formatDate(null)).toBe('–')
  })

  it('counts', () => {
    expect([countOf(1, 'analysis'), countOf(2, 'analysis')]).toEqual(['1 analysis', '2 analyses'])
    expect([countOf(1, 'run'), countOf(1284, 'run'), countOf(0, 'run')]).toEqual(['1 run', '1,284 runs', '0 runs'])
  })
})
