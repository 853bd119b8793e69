import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { figureSvg } from '../../../../electron/lab/export/svg'
import {
  madeField,
  madeFigure,
  madeGrid,
  madePoints,
  madeScatter,
  madeSpace,
  madeStacked,
  madeWay,
} from '../../../support/made-figure'

/** The texts of a drawing, in order. */
function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!)
}

describe('a figure as SVG', () => {
  it('has title, subtitle, legend, axes and ticks as text', () => {
    const svg = figureSvg(
      madeFigure([
        { key: 'Deep', y: [0.1, 0.01, 0.001] },
        { key: 'Shallow', color: 1, y: [0.2, 0.1, 0.05] },
      ]),
    )
    const found = texts(svg)
    expect(svg).toMatch(/^<svg width="720" height="440" xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    for (const text of [
      'Training loss',
      'mean over each epoch',
      'Deep',
      'Shallow',
      'epoch',
      'loss (mean squared error)',
      '1e-3',
      '1e-2',
      '1e-1',
    ]) {
      expect(found).toContain(text)
    }
  })

  it('is XML whatever the names of its lines have in them', () => {
    const svg = figureSvg(
      madeFigure([
        { key: 'step\u0002size\ufffe', y: [1, 2] },
        { key: '<a&"b">\u001b[31m', color: 1, y: [2, 3] },
      ]),
    )
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/)
    expect(texts(svg)).toContain('step\\u0002size\\ufffe')
    const read = spawnSync('rsvg-convert', ['--format', 'png'], { input: svg })
    // Where there is none, what XML 1.0 allows was checked above.
    expect((read.error as NodeJS.ErrnoException | undefined)?.code ?? read.status).toSatisfy(
      (outcome) => outcome === 0 || outcome === 'ENOENT',
    )
  })

  it('draws lines in the colours of their groups and bands under them', () => {
    const svg = figureSvg(
      madeFigure([
        { y: [1, 2, 3], low: [0.5, 1, 2], high: [2, 4, 6] },
        { key: 'B', color: 1, y: [1, 1, 1] },
      ]),
    )
    expect(svg).toMatch(/<path d="M[^"]+" fill="none"[^>]* stroke="#0072b2"/)
    expect(svg).toMatch(/<path d="M[^"]+" fill="none"[^>]* stroke="#d55e00"/)
    expect(svg).toMatch(/<polygon points="[^"]+" fill="#0072b2" fill-opacity="0.16"/)
  })

  it('is the same for the same figure, with ids of its own and nothing that only a page needs', () => {
    const figure = madeFigure([{ y: [1, 2, 3] }])
    const svg = figureSvg(figure)
    expect(figureSvg(figure)).toBe(svg)
    expect(svg).toContain('clip-path="url(#train-loss-c0)"')
    expect(svg).not.toMatch(/zr\d|ecmeta|<style|<script|pointer-events/)
  })

  it('stays small however long its lines are, keeps their extremes and says so', () => {
    const y = Array.from({ length: 200_000 }, (_, i) => (i === 77_777 ? 1000 : 1 + (i % 7)))
    const svg = figureSvg(madeFigure([{ y }]), { width: 1600 })
    expect(svg.length).toBeLessThan(300_000)
    expect(texts(svg).join(' ')).toContain('last, lowest and highest value of 1,500 stretches')
    expect(texts(svg)).toContain('1,000')
  })

  it('escapes what people type', () => {
    const svg = figureSvg(
      madeFigure(
        [
          { key: 'a<b&c', y: [1, 2] },
          { key: 'other', y: [1, 2] },
        ],
        { title: 'x < 1 & "y"' },
      ),
    )
    expect(svg).toContain('a&lt;b&amp;c')
    expect(svg).toContain('x &lt; 1 &amp; ')
    expect(svg).not.toContain('a<b')
  })

  it('draws every type of figure, with its axes and its colours named and nothing that is no number', () => {
    const path = { key: 'a<b', joined: true, x: [-0.5, 0.5], y: [-0.5, 0.5], labels: ['', '97.1'] }
    const color = { label: 'gradient norm', scale: 'log' } as const
    const bowl = madeGrid(21, (x, y) => 0.1 + x * x + y * y)
    const other = madePoints({ key: 'other', x: [0], y: [0] })
    const expected: [svg: string, words: string[]][] = [
      [
        figureSvg(madeScatter([{ x: [1, 2], y: [3, 4], values: [1e-5, 1e-2] }, path], { color })),
        ['minimal ratio', 'loss', 'gradient norm', '97.1', 'a&lt;b'],
      ],
      [
        figureSvg(madeStacked({ loss: [{ y: [1, 2] }], gradient: [{ y: [1, 2] }] }, { marks: [{ x: 1.5, text: 'switch' }] })), // prettier-ignore
        ['loss', 'gradient', 'iteration', 'switch'],
      ],
      [
        figureSvg(madeField(bowl, { paths: [madePoints(path), other], color: { ...color, label: 'loss' } })),
        ['first direction', 'loss', '0.5', '97.1', 'a&lt;b'],
      ],
      [
        figureSvg(madeSpace({ surface: bowl, paths: [madeWay([0.5, 1], path), madeWay([1], { key: 'b', x: [0], y: [0] })] })), // prettier-ignore
        ['first direction', 'second direction', 'loss', '97.1', 'a&lt;b'],
      ],
    ]
    for (const [svg, words] of expected) {
      for (const word of words) expect(texts(svg)).toContain(word)
      expect(svg).not.toMatch(/NaN|undefined|Infinity|a<b/)
    }
  })

  it('shows three axes as they were turned', () => {
    const figure = madeSpace({ surface: madeGrid(5, (x, y) => x + y) })
    const angle = { azimuth: 1, elevation: 0.2 }
    expect(figureSvg(figure, { angle })).toBe(figureSvg(figure, { angle }))
    expect(figureSvg(figure, { angle })).not.toBe(figureSvg(figure))
  })

  it('says that there is nothing yet', () => {
    expect(texts(figureSvg(madeFigure([])))).toEqual([
      'Training loss',
      'mean over each epoch',
      'appears after the first epoch',
    ])
  })
})
