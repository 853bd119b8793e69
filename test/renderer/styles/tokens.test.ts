import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chartColors } from '../../../shared/figures/palette'

const css = readFileSync(new URL('../../../renderer/styles/tokens.css', import.meta.url), 'utf8')

/** The variables of the first block whose selector is this. */
function variablesOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('}', start))
  return new Map([...block.matchAll(/--([\w-]+): ([^;]+);/g)].map((match) => [match[1]!, match[2]!]))
}

const schemes = { light: variablesOf(':root'), dark: variablesOf(":root[data-scheme='dark']") }

/** Relative luminance (WCAG 2.2) of '#rrggbb'. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(color.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high! + 0.05) / (low! + 0.05)
}

describe.each(['light', 'dark'] as const)('the %s tokens', (scheme) => {
  const color = (name: string) => schemes[scheme].get(name)!

  it('have the colours that charts have', () => {
    const { series, text, muted, grid } = chartColors[scheme]
    expect([0, 1, 2, 3, 4, 5].map((index) => color(`c${index}`))).toEqual(series.slice(0, 6))
    expect([color('text'), color('muted'), color('grid')]).toEqual([text, muted, grid])
  })

  it.each([
    ['text', 'panel'],
    ['text', 'bg'],
    ['text', 'sunken'],
    ['muted', 'panel'],
    ['muted', 'bg'],
    ['muted', 'sunken'],
    ['faint', 'panel'],
    ['accent', 'panel'],
    ['accent', 'accent-soft'],
    ['on-accent', 'accent'],
    ['bad', 'panel'],
    ['text', 'bad-soft'],
    ['text', 'warn-soft'],
    ['ok', 'ok-soft'],
  ])('can be read: %s on %s', (front, back) => {
    expect(contrast(color(front), color(back))).toBeGreaterThanOrEqual(4.5)
  })
})
