import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvRow, figureCsv } from '../../../shared/figures/csv'
import type { Line, LineFigure } from '../../../shared/figures/figure'
import {
  madeField,
  madeGrid,
  madeLine,
  madePoints,
  madeScatter,
  madeSpace,
  madeStacked,
  madeWay,
} from '../../support/made-figure'

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

/** The rows of a table without quotes in its cells. */
const table = (csv: string): string[][] =>
  csv
    .split('\r\n')
    .slice(0, -1)
    .map((row) => row.split(','))

it('points become rows with their value and their text, curves among them', () => {
  const figure = madeScatter(
    [
      { x: [1, 2], y: [3, 0.1 + 0.2], values: [1e-9, NaN], labels: ['97.1', ''] },
      { key: 'Newton', x: [5], y: [6] },
    ],
    {
      color: { label: 'gradient norm', scale: 'log' },
      lines: [
        madeLine({ key: 'bound', style: 'dashed', y: [7] }),
        madeLine({ key: 'tolerance', style: 'dashed', y: [8], isGuide: true }),
      ],
    },
  )
  expect(table(figureCsv(figure))).toEqual([
    ['group', 'minimal ratio', 'loss', 'gradient norm', 'label'],
    ['A', '1', '3', '1e-9', '97.1'],
    ['A', '2', '0.30000000000000004', 'NaN', ''],
    ['Newton', '5', '6', '', ''],
    ['bound', '1', '7', '', ''],
  ])
  const plain = { ...madeScatter([{ x: [1], y: [2], labels: ['=A1, "x"'] }]) }
  expect(figureCsv(plain)).toBe(`group,minimal ratio,loss,label\r\nA,1,2,"'=A1, ""x"""\r\n`)
})

it('panels become one table', () => {
  const figure = madeStacked({ loss: [{ y: [1, 2], low: [0, 1], high: [2, 3] }], gradient: [{ key: 'B', y: [5] }] })
  expect(table(figureCsv(figure))).toEqual([
    ['line', 'iteration', 'loss', '"loss', ' low"', '"loss', ' high"', 'gradient'],
    ['A', '1', '1', '0', '2', ''],
    ['A', '2', '2', '1', '3', ''],
    ['B', '1', '', '', '', '5'],
  ])
})

it('a field becomes one row for each sample, in full precision, with its paths behind', () => {
  const grid = madeGrid(4, (x, y) => Math.exp(x) / 3 + y)
  const rows = table(figureCsv(madeField(grid)))
  expect(rows[0]).toEqual(['first direction', 'second direction', 'loss'])
  expect(rows.slice(1).map((row) => row.map(Number))).toEqual(
    Array.from(grid.values, (value, i) => [grid.xs[i % 4], grid.ys[Math.floor(i / 4)], value]),
  )
  const path = madePoints({ key: 'training 1', x: [0.5], y: [0.25], labels: ['start'] })
  const withPath = table(figureCsv(madeField(grid, { paths: [path] })))
  expect(withPath[0]).toEqual(['first direction', 'second direction', 'loss', 'path', 'label'])
  expect(withPath.at(-1)).toEqual(['0.5', '0.25', '', 'training 1', 'start'])
  for (const row of withPath) expect(row).toHaveLength(5)
})

it('what is known of points has columns instead of texts, and a column is called alike in every file', () => {
  const column = 'principal component 1'
  const axis = { label: `${column} (81.4 % of variance)`, column, scale: 'linear', canBeLog: false } as const
  const columns = { iteration: Float64Array.of(0, 1200), 'test accuracy (%)': Float64Array.of(NaN, 93.25) }
  const path = madePoints({ key: 'seed 0', x: [1, 2], y: [3, 4], labels: ['', '1,200'], columns })
  const grid = madeGrid(2, (x, y) => x + y)
  const field = table(figureCsv({ ...madeField(grid, { paths: [path] }), x: axis }))
  expect(field[0]).toEqual([column, 'second direction', 'loss', 'path', 'iteration', 'test accuracy (%)'])
  expect(field.slice(-2)).toEqual([
    ['1', '3', '', 'seed 0', '0', 'NaN'],
    ['2', '4', '', 'seed 0', '1200', '93.25'],
  ])
  expect(new Set(field.map((row) => row.length))).toEqual(new Set([6]))
  const way = { ...madeWay([9, 9], { x: [1, 2], y: [3, 4] }), columns }
  const space = table(figureCsv({ ...madeSpace({ surface: grid, paths: [way] }), x: axis }))
  expect(space[0]).toEqual(['group', column, 'second direction', 'loss', 'iteration', 'test accuracy (%)'])
  expect(space[1]!.slice(-2)).toEqual(['', ''])
  expect(space.at(-1)!.slice(-2)).toEqual(['1200', '93.25'])
})

it('three axes become one table of the surface and of the ways', () => {
  const surface = madeGrid(2, (x, y) => x + y)
  const paths = [madeWay([9], { x: [7], y: [8], values: [0.5], labels: ['end'] })]
  const color = { label: 'accuracy', scale: 'linear' } as const
  expect(table(figureCsv(madeSpace({ surface, paths, color })))).toEqual([
    ['group', 'first direction', 'second direction', 'loss', 'accuracy', 'label'],
    ['surface', '-1', '-1', '-2', '', ''],
    ['surface', '1', '-1', '0', '', ''],
    ['surface', '-1', '1', '0', '', ''],
    ['surface', '1', '1', '2', '', ''],
    ['A', '7', '8', '9', '0.5', 'end'],
  ])
})

it('what is read on a second axis has a column of its own, and a guide is no result', () => {
  const right = { label: 'accuracy (%)', scale: 'linear', canBeLog: false } as const
  const lines = [line('training', [2]), { ...line('test', [90]), axis: 'right' as const }]
  const guide = { ...line('no relation', [0]), isGuide: true as const }
  expect(table(figureCsv({ ...figure([...lines, guide]), right }))).toEqual([
    ['line', 'epoch', 'loss (mean squared error)', 'accuracy (%)'],
    ['training', '1', '2', ''],
    ['test', '1', '', '90'],
  ])
})

it('a surface coloured by its height has its height once, and no two columns have one name', () => {
  const color = { label: 'loss', scale: 'log' } as const
  const [plain] = table(
    figureCsv(madeSpace({ surface: madeGrid(2, (x) => x), paths: [madeWay([9], { x: [7], y: [8] })], color })),
  )
  expect(plain).toEqual(['group', 'first direction', 'second direction', 'loss'])
  const paths = [madeWay([9], { x: [7], y: [8], values: [3] })]
  const [colored] = table(figureCsv(madeSpace({ paths, color })))
  expect(colored).toEqual(['group', 'first direction', 'second direction', 'loss', 'loss-2'])
})

it('text is never a formula of a spreadsheet, nor more than one line; numbers stay numbers', () => {
  expect(csvRow(['=HYPERLINK("x")', '@SUM(1)', '-x^2', '+x', -1.5, '-1.5', 'a\nb\u0000', 'sin(x)'])).toBe(
    `"'=HYPERLINK(""x"")",'@SUM(1),'-x^2,'+x,-1.5,-1.5,a\\u000ab\\u0000,sin(x)\r\n`,
  )
})
