import { describe, expect, it } from 'vitest'
import { rampColor, rampSize, shadedColor } from '../../../shared/figures/color-ramp'

const channels = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))

/** OKLab of a colour of the screen, by Ottosson's matrices from sRGB; the ramp goes the other way. */
function lab(hex: string): [number, number, number] {
  const [r, g, b] = channels(hex).map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

describe.each(['light', 'dark', 'print'] as const)('the colours of values, %s', (theme) => {
  const colors = Array.from({ length: 32 }, (_, i) => lab(rampColor((4 * i) / (rampSize - 1), theme)))

  it('grow lighter all the way', () => {
    colors.slice(1).forEach(([lightness], i) => expect(lightness).toBeGreaterThan(colors[i]![0]))
    expect(colors.at(-1)![0] - colors[0]![0]).toBeGreaterThan(0.5)
  })

  it('are evenly far apart for the eye', () => {
    const steps = colors.slice(1).map((to, i) => Math.hypot(...to.map((value, k) => value - colors[i]![k]!)))
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
    for (const step of steps) expect(Math.abs(step / mean - 1)).toBeLessThan(0.2)
  })

  it('are each their own', () => {
    const all = Array.from({ length: rampSize }, (_, i) => rampColor(i / (rampSize - 1), theme))
    expect(new Set(all).size).toBe(rampSize)
  })

  it('end where the scale ends', () => {
    expect([rampColor(-1, theme), rampColor(2, theme)]).toEqual([rampColor(0, theme), rampColor(1, theme)])
  })

  it('darken and lighten with the light on a surface', () => {
    const [dark, plain, bright] = [0.8, 1, 1.1].map((light) => lab(shadedColor(0.5, light, theme))[0])
    expect(dark!).toBeLessThan(plain!)
    expect(bright!).toBeGreaterThan(plain!)
    expect(shadedColor(0.5, 1, theme)).toBe(rampColor(0.5, theme))
  })
})
