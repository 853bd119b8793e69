/** Where short texts beside points go without overlapping each other, the points, or the plot's edge. */
import { textWidth } from './numbers'
import type { Pixel } from './shapes'

export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

function within(box: Box, frame: Box): boolean {
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom
}

/** Boxes in cells of the plane, so that a new one is compared with its neighbours only. */
export class BoxIndex {
  readonly #cells = new Map<string, Box[]>()
  readonly #size = 40

  #keys({ left, top, right, bottom }: Box): string[] {
    const keys: string[] = []
    for (let x = Math.floor(left / this.#size); x <= Math.floor(right / this.#size); x++)
      for (let y = Math.floor(top / this.#size); y <= Math.floor(bottom / this.#size); y++) keys.push(`${x} ${y}`)
    return keys
  }

  add(box: Box): void {
    for (const key of this.#keys(box)) {
      const cell = this.#cells.get(key)
      if (cell) cell.push(box)
      else this.#cells.set(key, [box])
    }
  }

  /** Takes the place of a box; false where another has it already. */
  take(box: Box): boolean {
    if (!this.isFree(box)) return false
    this.add(box)
    return true
  }

  isFree(box: Box): boolean {
    for (const key of this.#keys(box)) if (this.#cells.get(key)?.some((other) => overlaps(box, other))) return false
    return true
  }
}

/** Around a text about its centre, turned by some radians. */
export function textBox([x, y]: Pixel, width: number, height: number, rotation = 0): Box {
  const [cos, sin] = [Math.abs(Math.cos(rotation)), Math.abs(Math.sin(rotation))]
  const [halfWidth, halfHeight] = [(cos * width + sin * height) / 2, (sin * width + cos * height) / 2]
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight }
}

export interface LabelWish {
  text: string
  at: Pixel
}

export interface PlacedLabel extends LabelWish {
  /** Centre of the text. */
  center: Pixel
}

/** Directions from a point, the likeliest first: right, left, above, below, then the corners. */
const directions = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
] as const

/**
 * Finds places, first come first served; a text without one is left out.
 * @param points everything that no text may cover, as circles of `radius` pixels.
 */
export function placedLabels(
  wishes: readonly LabelWish[],
  points: readonly Pixel[],
  frame: Box,
  { size, radius }: { size: number; radius: number },
): PlacedLabel[] {
  const taken = new BoxIndex()
  for (const [x, y] of points) taken.add({ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius })
  const placed: PlacedLabel[] = []
  for (const wish of wishes) {
    const [half, high] = [textWidth(wish.text, size) / 2, size * 0.62]
    for (const [toRight, down] of directions) {
      const reach = toRight !== 0 && down !== 0 ? radius * 0.8 : radius + 2
      const x = wish.at[0] + toRight * (reach + half)
      const y = wish.at[1] + down * (reach + high)
      const box = { left: x - half, top: y - high, right: x + half, bottom: y + high }
      if (!within(box, frame) || !taken.take(box)) continue
      placed.push({ ...wish, center: [x, y] })
      break
    }
  }
  return placed
}
