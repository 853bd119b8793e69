/** Where the values of contour lines are written: along the lines, where they run straight, away from each other. */
import { linearLabels, logLabels, textWidth } from './numbers'
import type { AxisScale } from './figure'
import type { Box } from './label-places'
import type { Pixel } from './shapes'

export interface LevelText {
  text: string
  at: Pixel
  /** Radians, counter-clockwise, never upside down. */
  rotation: number
  /** Of the level. */
  index: number
}

const size = 10
/** Pixels between two texts at least. */
const apart = 46

/** Length of a line in pixels at each of its points. */
function lengths(line: readonly Pixel[]): number[] {
  let sum = 0
  return line.map(([x, y], index) => {
    const before = line[index - 1]
    if (before) sum += Math.hypot(x - before[0], y - before[1])
    return sum
  })
}

/** The place on a line where as much of it as a text is wide is straightest; undefined where it nowhere fits. */
function straightest(
  line: readonly Pixel[],
  width: number,
  isFree: (at: Pixel) => boolean,
): { at: Pixel; rotation: number } | undefined {
  const way = lengths(line)
  let best: { at: Pixel; rotation: number; bend: number } | undefined
  for (let start = 0, end = 0; start < line.length; start++) {
    while (end < line.length && way[end]! - way[start]! < width) end++
    if (end >= line.length) break
    const [from, to] = [line[start]!, line[end]!]
    const at: Pixel = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]
    const chord = Math.hypot(to[0] - from[0], to[1] - from[1])
    const bend = (way[end]! - way[start]!) / Math.max(1e-9, chord)
    if (bend > 1.12 || (best && bend >= best.bend - 1e-4) || !isFree(at)) continue
    let rotation = -Math.atan2(to[1] - from[1], to[0] - from[0])
    if (rotation > Math.PI / 2) rotation -= Math.PI
    if (rotation < -Math.PI / 2) rotation += Math.PI
    best = { at, rotation, bend }
  }
  return best && { at: best.at, rotation: best.rotation }
}

/**
 * One text for each level, on its longest line that has room for it.
 * @param lines for each level its lines in pixels.
 */
export function levelTexts(
  levels: readonly number[],
  lines: readonly (readonly (readonly Pixel[])[])[],
  frame: Box,
  scale: AxisScale,
): LevelText[] {
  const texts = scale === 'log' ? logLabels(levels) : linearLabels(levels)
  const placed: LevelText[] = []
  levels.forEach((_level, index) => {
    const text = texts[index]!
    const width = textWidth(text, size) + 6
    const isFree = ([x, y]: Pixel): boolean => {
      const margin = width / 2 + 2
      const isInside =
        x > frame.left + margin && x < frame.right - margin && y > frame.top + margin && y < frame.bottom - margin
      return isInside && placed.every(({ at }) => Math.hypot(at[0] - x, at[1] - y) > apart)
    }
    const byLength = [...(lines[index] ?? [])].sort((a, b) => lengths(b).at(-1)! - lengths(a).at(-1)!)
    for (const line of byLength.slice(0, 4)) {
      const place = straightest(line, width, isFree)
      if (!place) continue
      placed.push({ text, index, ...place })
      return
    }
  })
  return placed
}
