import fc from 'fast-check'
import { expect, it } from 'vitest'
import { figureCsv } from '../../../shared/figures/csv'
import type { Line, LineFigure } from '../../../shared/figures/figure'

function figure(lines: Line[]): LineFigure {
  return {
    type: 'lines',
    figureId: 'loss',
    title: 'Loss',
    subtitle: '',
    x: { label: 'epoch', scale: 'linear', canBeLog: true },
    y: { label: 'loss (mean squared error)', scale: 'log', canBeLog: true },
    lines,
    emptyText: '',
  }
}

function line(key: string, y: number[], band?: { low: number[]; high: number[] }): Line {
  const edges = band ? { low: Float64Array.from(band.low), high: Float64Array.from(band.high) } : {}
  const x = Float64Array.from(y, (_, i) => i + 1)
  return { key, name: key, color: 0, style: 'line', legend: key, x, y: Float64Array.from(y), ...edges }
}

it('a figure becomes one row for each point, with units in the header and bands where there are some', () => {
  const lines = [line('Deep, seed 0', [0.1]), line('Say "hi"', [1e-7, NaN], { low: [0, 1], high: [2, Infinity] })]
  expect(figureCsv(figure(lines))).toBe(
    [
      'line,epoch,loss (mean squared error),"loss (mean squared error), low","loss (mean squared error), high"',
      '"Deep, seed 0",1,0.1,,',
      '"Say ""hi""",1,1e-7,0,2',
      '"Say ""hi""",2,NaN,1,Infinity',
      '',
    ].join('\r\n'),
  )
})

it('every point is there in full precision', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 50 }), (values) => {
      const rows = figureCsv(figure([line('a', values)])).split('\r\n')
      expect(rows.slice(1, -1).map((row) => Number(row.split(',')[2]))).toEqual(
        values.map((value) => (value === 0 ? 0 : value)),
      )
    }),
  )
})
