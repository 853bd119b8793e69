import { describe, expect, it } from 'vitest'
import type { Line, LineFigure } from '../../../../shared/figures/figure'
import { fileNameOf } from '../../../../renderer/components/charts/downloads'
import { madeField, madeGrid, madeScatter, madeSpace, madeStacked } from '../../../support/made-figure'
import { figureSummary } from '../../../../renderer/components/charts/figure-summary'

const line = (name: string, y: number[], style: Line['style'] = 'line'): Line => ({
  key: name,
  name,
  legend: name,
  color: 0,
  style,
  x: Float64Array.from(y, (_, index) => index),
  y: Float64Array.from(y),
})

const figure = (lines: Line[]): LineFigure => ({
  type: 'lines',
  figureId: 'loss',
  title: 'Training loss',
  subtitle: 'mean over each epoch',
  x: { label: 'epoch', scale: 'linear', canBeLog: true },
  y: { label: 'loss', scale: 'log', canBeLog: true },
  lines,
  emptyText: 'appears after the first epoch',
})
const scales = { x: 'linear', y: 'log' } as const

describe('a figure in words', () => {
  it('says what is drawn and where each curve ends', () => {
    const lines = [
      line('Deep, seed 0', [1], 'thin'),
      line('Deep', [1, 2.1e-5, NaN]),
      line('Shallow', [1, 0.5]),
      { ...line('truth', [9], 'dashed'), color: 'text' as const },
    ]
    expect(figureSummary(figure(lines), scales)).toBe(
      'Training loss: mean over each epoch. loss on a log scale over epoch. Deep ends at 2.10e-5; Shallow ends at 0.500.',
    )
  })

  it('counts many curves', () => {
    const lines = Array.from({ length: 20 }, (_, index) => line(`run ${index}`, [1]))
    expect(figureSummary(figure(lines), scales)).toMatch(/20 lines\.$/)
  })

  it('says what other types of figures hold', () => {
    const axes = { x: 'linear', y: 'log', z: 'linear', color: 'log', 'y:loss': 'log' } as const
    const way = { key: 'B', joined: true, x: [1, 2, 3], y: [1, 2, 3] }
    const color = { label: 'gradient norm', scale: 'log' } as const
    expect(figureSummary(madeScatter([{ x: [1], y: [1], values: [0.5] }, way], { color }), axes)).toBe(
      'Minimal ratio against loss: one dot a training. loss on a log scale over minimal ratio. 1 point. 1 path of 3 points. gradient norm from 0.500 to 0.500.',
    )
    expect(figureSummary(madeStacked({ loss: [{ y: [2, 0.5] }], gradient: [{ y: [1, 3] }] }), axes)).toBe(
      'Loss and gradient norm: each iteration. loss on a log scale, gradient over iteration. loss: A ends at 0.500. gradient: A ends at 3.00.',
    )
    expect(figureSummary(madeField(madeGrid(3, (x) => 2 + x)), { ...axes, y: 'linear' })).toBe(
      'Error surface: two random directions. loss on a log scale over first direction and second direction. loss from 1.00 to 3.00.',
    )
    expect(figureSummary(madeSpace({ surface: madeGrid(3, (x) => 2 + x) }), { ...axes, y: 'linear' })).toBe(
      'Error surface: around a minimum. loss over first direction and second direction. surface, loss from 1.00 to 3.00.',
    )
    expect(figureSummary(madeSpace(), axes)).toMatch(/Empty: appears with the first points\.$/)
  })

  it('says when there is nothing yet', () => {
    expect(figureSummary(figure([line('Deep', [])]), scales)).toMatch(/Empty: appears after the first epoch\.$/)
  })
})

describe('names of files', () => {
  it('are taken by every file system', () => {
    expect(fileNameOf('Sinc: three/depths', 'svg')).toBe('Sinc-three-depths.svg')
    expect(fileNameOf('../..', 'csv')).toBe('basin.csv')
    expect(fileNameOf('x³ größer', 'json')).toBe('x3-gro-ßer.json')
  })
})
