/** Which point a pointer or a key means. */
import type { Plot, PointTarget } from '../../../shared/figures/chart-frame'

export function isIn({ left, top, width, height }: Plot, x: number, y: number): boolean {
  return x >= left && x <= left + width && y >= top && y <= top + height
}

/** The nearest within reach, in pixels; the later one of two, which is drawn on top. */
export function nearestTarget(
  targets: readonly PointTarget[],
  x: number,
  y: number,
  reach: number,
): PointTarget | undefined {
  let nearest: PointTarget | undefined
  let least = reach
  for (const target of targets) {
    const distance = Math.hypot(target.x - x, target.y - y)
    if (distance > least) continue
    least = distance
    nearest = target
  }
  return nearest
}

/** The point before or after one, round and round; the first or last where there is none yet. */
export function nextTarget(
  targets: readonly PointTarget[],
  from: { key: string; index: number } | undefined,
  by: 1 | -1,
): PointTarget | undefined {
  const at = from ? targets.findIndex(({ key, index }) => key === from.key && index === from.index) : -1
  if (at < 0) return by > 0 ? targets[0] : targets.at(-1)
  return targets[(at + by + targets.length) % targets.length]
}
