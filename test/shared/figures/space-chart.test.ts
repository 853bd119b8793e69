import { describe, expect, it } from 'vitest'
import { chartSubtitle, figureDrawing, type ChartSettings, type ViewAngle } from '../../../shared/figures/chart'
import type { SpaceFigure } from '../../../shared/figures/figure'
import { shapesOf, textsOf } from '../../support/drawn-shapes'
import { madeGrid, madeSpace, madeWay } from '../../support/made-figure'

const settings: ChartSettings = { theme: 'light', width: 600, height: 400 }
const draw = (figure: SpaceFigure, changes: Partial<ChartSettings> = {}) =>
  figureDrawing(figure, { ...settings, ...changes })
const bowl = madeGrid(7, (x, y) => x * x + y * y)
const front: ViewAngle = { azimuth: -Math.PI / 2, elevation: 0.4 }

describe('three axes', () => {
  it('draw a surface from back to front', () => {
    const quads = shapesOf(draw(madeSpace({ surface: bowl }), { angle: front }), 'pieces')
    expect(quads.map(({ type }) => type)).toEqual(Array(36).fill('polygon'))
    const heights = quads.map(({ shape }) => {
      const points = shape!.points as [number, number][]
      return points.reduce((sum, [, top]) => sum + top / 4, 0)
    })
    // Seen from the front, rows come one after the other; the middle of the first lies higher on the screen than that of the last.
    const mean = (row: number) => heights.slice(6 * row, 6 * row + 6).reduce((sum, height) => sum + height / 6, 0)
    expect(mean(0)).toBeLessThan(mean(5))
  })

  it('draw a fine surface more coarsely while it is turned, to its very edges', () => {
    const fine = madeSpace({ surface: madeGrid(50, (x, y) => x * y) })
    const outline = (isTurning: boolean) => {
      const points = shapesOf(draw(fine, { isTurning }), 'pieces').map(
        ({ shape }) => shape!.points as [number, number][],
      )
      const lefts = points.flat().map(([left]) => left)
      return { count: points.length, from: Math.min(...lefts), to: Math.max(...lefts) }
    }
    const [whole, quick] = [outline(false), outline(true)]
    expect(whole.count).toBe(49 * 49)
    expect(quick.count).toBeLessThan(1000)
    expect([quick.from, quick.to]).toEqual([whole.from, whole.to])
    expect(shapesOf(draw(madeSpace({ surface: bowl }), { isTurning: true }), 'pieces')).toHaveLength(36)
  })

  it('leave out quads with a corner that is not known', () => {
    const holed = { ...bowl, values: bowl.values.map((value, i) => (i === 24 ? NaN : value)) }
    expect(shapesOf(draw(madeSpace({ surface: holed })), 'pieces')).toHaveLength(32)
    const low = madeSpace({ surface: madeGrid(7, (x) => x), z: { label: 'loss', scale: 'log', canBeLog: true } })
    expect(chartSubtitle(low, {})).toBe('around a minimum; 28 points not above zero left out')
  })

  it('write no tick label over another, from any side', () => {
    const figure = madeSpace({ surface: bowl, paths: [madeWay([0, 1], { x: [-1, 1], y: [-1, 1] })] })
    for (let azimuth = -3; azimuth < 3.2; azimuth += 0.37) {
      for (const elevation of [-0.6, 0.02, 0.5, 1.4]) {
        const texts = shapesOf(draw(figure, { angle: { azimuth, elevation } }), 'axes').filter(({ type }) => type === 'text') // prettier-ignore
        expect(texts.length).toBeGreaterThan(5)
        for (const { x, y } of texts) expect([x! > 0, x! < 600, y! > 0, y! < 400]).toEqual([true, true, true, true])
        const ticks = texts.filter(({ style }) => /^-?[\d.]+$/.test(style.text as string))
        ticks.forEach(({ x, y }, index) => {
          for (const other of ticks.slice(index + 1))
            expect(Math.abs(other.x! - x!) > 6 || Math.abs(other.y! - y!) > 8).toBe(true)
        })
      }
    }
  })

  it('name their axes and turn them along their edges', () => {
    const texts = textsOf(draw(madeSpace({ surface: bowl })), 'axes')
    expect(texts).toEqual(expect.arrayContaining(['first direction', 'second direction', 'loss']))
  })

  it('know where each point of a way is, whatever the view', () => {
    const figure = madeSpace({ paths: [madeWay([0, 1, 2], { x: [0, 1, 2], y: [0, 1, 0] })] })
    const first = draw(figure, { angle: front }).targets
    const second = draw(figure, { angle: { azimuth: 0.3, elevation: 0.9 } }).targets
    expect(first.map(({ key, index }) => [key, index])).toEqual([0, 1, 2].map((index) => ['A', index]))
    expect(first[0]!.x).toBeLessThan(first[2]!.x)
    expect(second).not.toEqual(first)
  })

  it('hide what the legend has switched off, and keep its entries', () => {
    const paths = [madeWay([0, 1], { x: [0, 1], y: [0, 1] }), madeWay([0, 9], { key: 'B', x: [0, 9], y: [0, 9] })]
    const drawing = draw(madeSpace({ paths }), { hidden: new Set(['B']) })
    expect(drawing.targets.map(({ key }) => key)).toEqual(['A', 'A'])
    const [legend] = drawing.option.legend as { data: { name: string }[] }[]
    expect(legend!.data.map(({ name }) => name)).toEqual(['A', 'B'])
  })

  it('have a colour bar only where colours say more than the z axis', () => {
    const plain = draw(madeSpace({ surface: bowl }))
    expect(() => shapesOf(plain, 'colors')).toThrow(/no series/)
    const colored = draw(madeSpace({ surface: bowl, color: { label: 'loss', scale: 'linear' } }))
    expect(textsOf(colored, 'colors')).toContain('loss')
  })

  it('say what will come while they are empty', () => {
    expect(JSON.stringify(draw(madeSpace()).option.title)).toContain('appears with the first points')
    const surface = madeGrid(3, () => NaN)
    expect(JSON.stringify(draw(madeSpace({ surface })).option.title)).toContain('appears with the first points')
  })
})

it('long names of axes are there to their last word, within the chart', () => {
  const named = (key: string) => ({ ...madeSpace().x, label: `principal component ${key} (16.1 % of all variance)` })
  const figure = madeSpace({ surface: bowl, x: named('1'), y: named('2'), z: named('3') })
  const [width, height] = [560, 300]
  const texts = shapesOf(draw(figure, { width, height }), 'axes').filter(({ type }) => type === 'text')
  const names = texts.filter(({ style }) => String(style.text).endsWith('variance)'))
  expect(names).toHaveLength(3)
  for (const { x, y } of names) {
    expect(x).toBeGreaterThan(0)
    expect(x).toBeLessThan(width)
    expect(y).toBeGreaterThan(0)
    expect(y).toBeLessThan(height)
  }
})
