import { describe, expect, it } from 'vitest'
import type { Line, LineFigure } from '../../../../shared/figures/figure'
import { fileNameOf } from '../../../../renderer/components/charts/downloads'
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
