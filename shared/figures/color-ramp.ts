/**
 * The colours of values: a path through OKLab (Ottosson 2020) from a dark violet over blue and teal to a light yellow. Lightness grows
 * steadily, so that the order of values is seen with any kind of colour vision and on grey paper; steps are of equal perceived size.
 */
import type { ChartTheme } from './palette'

type Triple = readonly [number, number, number]

interface RampEnds {
  /** Lightness in OKLab, 0 black to 1 white, of the lowest and the highest value: both stand out from the theme's background. */
  lightness: readonly [number, number]
}

const ends: Record<ChartTheme, RampEnds> = {
  light: { lightness: [0.29, 0.9] },
  dark: { lightness: [0.36, 0.94] },
  print: { lightness: [0.29, 0.9] },
}
/** Degrees of hue at both ends. */
const hues = [293, 104] as const
/** As colourful as this, where the screen can show it. */
const mostChroma = 0.15

/** Linear light of sRGB's red, green and blue from OKLab. @see Ottosson 2020, 'A perceptual color space for image processing' */
function linearRgb([lightness, a, b]: Triple): Triple {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ]
}

function isShowable(lab: Triple): boolean {
  return linearRgb(lab).every((channel) => channel >= 0 && channel <= 1)
}

/** 0 to 255. */
function encoded(channel: number): number {
  const bounded = Math.min(1, Math.max(0, channel))
  return Math.round(255 * (bounded <= 0.0031308 ? 12.92 * bounded : 1.055 * bounded ** (1 / 2.4) - 0.055))
}

/** The path at a share of its way, before steps are made even. */
function pathAt(share: number, { lightness }: RampEnds): Triple {
  const light = lightness[0] + share * (lightness[1] - lightness[0])
  const hue = ((hues[0] + share * (hues[1] - hues[0])) * Math.PI) / 180
  const lab = (chroma: number): Triple => [light, chroma * Math.cos(hue), chroma * Math.sin(hue)]
  if (isShowable(lab(mostChroma))) return lab(mostChroma)
  let [low, high] = [0, mostChroma]
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2
    if (isShowable(lab(middle))) low = middle
    else high = middle
  }
  return lab(low)
}

const fineSteps = 2000
/** Colours in a ramp; more cannot be told apart. */
export const rampSize = 128

/** Points of the path at even distances in OKLab. @returns [rampSize] */
function evenPath(theme: ChartTheme): Triple[] {
  const path = Array.from({ length: fineSteps + 1 }, (_, i) => pathAt(i / fineSteps, ends[theme]))
  const way = [0]
  for (let i = 1; i <= fineSteps; i++) {
    const [from, to] = [path[i - 1]!, path[i]!]
    way.push(way[i - 1]! + Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]))
  }
  const points: Triple[] = []
  for (let step = 0, i = 0; step < rampSize; step++) {
    const wanted = (way[fineSteps]! * step) / (rampSize - 1)
    while (i < fineSteps && way[i]! < wanted) i++
    points.push(path[i]!)
  }
  return points
}

const ramps = new Map<ChartTheme, { colors: Triple[]; hex: string[] }>()

function rampOf(theme: ChartTheme): { colors: Triple[]; hex: string[] } {
  const known = ramps.get(theme)
  if (known) return known
  const colors = evenPath(theme).map((lab): Triple => linearRgb(lab).map(encoded) as unknown as Triple)
  const made = { colors, hex: colors.map((color) => hexOf(color)) }
  ramps.set(theme, made)
  return made
}

function hexOf(color: Triple): string {
  return `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`
}

function indexOf(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * (rampSize - 1))
}

/** '#440154' for a share from 0 (lowest value) to 1 (highest). */
export function rampColor(share: number, theme: ChartTheme): string {
  return rampOf(theme).hex[indexOf(share)]!
}

/** Steps of light that can be told apart. */
const lightSteps = 64
const shadedColors = new Map<string, string>()

/** The same with light falling on it: below 1 darker, above 1 lighter. A surface asks thousands of times while it is turned. */
export function shadedColor(share: number, light: number, theme: ChartTheme): string {
  const step = Math.round(light * lightSteps)
  const key = `${theme} ${indexOf(share)} ${step}`
  const known = shadedColors.get(key) ?? shaded(rampOf(theme).colors[indexOf(share)]!, step / lightSteps)
  shadedColors.set(key, known)
  return known
}

function shaded(color: Triple, light: number): string {
  return hexOf(
    color.map((channel) =>
      light <= 1 ? channel * light : channel + (255 - channel) * (light - 1),
    ) as unknown as Triple,
  )
}

/** Whether white or black text reads better on a colour of the ramp. */
export function isDarkShare(share: number, theme: ChartTheme): boolean {
  const [r, g, b] = rampOf(theme).colors[indexOf(share)]!
  return 0.299 * r + 0.587 * g + 0.114 * b < 140
}
