/** Strokes and paths of the small drawings. */

export interface Stroke {
  path: string
  /** Index into the palette, or a colour of the theme. */
  color: number | 'text' | 'faint' | 'line'
  /** In pixels; 0: only filled. */
  width: number
  dashed?: boolean
  /** With its own colour, or with that of the ground, to hide what lies behind. */
  fill?: 'own' | 'ground'
}

export const width = 260
export const height = 92

/** A part of the drawing, in pixels. */
export interface Frame {
  left: number
  top: number
  width: number
  height: number
}

/** All of it but a margin. */
export const frame: Frame = { left: 6, top: 10, width: width - 12, height: height - 20 }

export function line(places: readonly (readonly [left: number, top: number])[]): string {
  return places.map(([left, top], index) => `${index === 0 ? 'M' : 'L'}${left.toFixed(1)} ${top.toFixed(1)}`).join('')
}

/** A curve over t in [0, 1], with y in [0, 1] from the bottom of the frame up. */
export function curve(y: (t: number) => number, within: Frame = frame, points = 140): string {
  const places = Array.from({ length: points }, (_, i) => {
    const t = i / (points - 1)
    return [within.left + t * within.width, within.top + (1 - y(t)) * within.height] as const
  })
  return line(places)
}

export function circle([left, top]: readonly [left: number, top: number], radius: number): string {
  const arc = (toLeft: number) => `A${radius} ${radius} 0 1 0 ${(left + toLeft).toFixed(1)} ${top.toFixed(1)}`
  return `M${(left - radius).toFixed(1)} ${top.toFixed(1)}${arc(radius)}${arc(-radius)}Z`
}
