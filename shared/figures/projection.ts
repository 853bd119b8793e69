/** Three dimensions on a plane: an orthographic view of a box, turned about its centre. */
import type { ViewAngle } from './chart-frame'
import type { Pixel } from './shapes'

/** A point of the box; each coordinate is from -1 to 1. */
export type BoxPoint = readonly [x: number, y: number, z: number]

/** The box is lower than it is wide, which leaves more room for what lies on its floor. */
export const boxHeight = 0.72

/** From the front right, a little from above. */
export const defaultAngle: ViewAngle = { azimuth: (-58 * Math.PI) / 180, elevation: (27 * Math.PI) / 180 }

/** Straight above and below the axes would fall onto each other. */
const steepest = (85 * Math.PI) / 180

/** A view after it was turned, never upside down. */
export function turned(angle: ViewAngle, aroundBy: number, upBy: number): ViewAngle {
  const azimuth = (angle.azimuth + aroundBy) % (2 * Math.PI)
  return { azimuth, elevation: Math.min(steepest, Math.max(-steepest, angle.elevation + upBy)) }
}

export interface Projection {
  angle: ViewAngle
  /** Towards the person who looks. */
  towards: BoxPoint
  pixel: (point: BoxPoint) => Pixel
  /** Larger is nearer. */
  depth: (point: BoxPoint) => number
}

/** A view of the whole box inside a frame of pixels; as large from every side, so that turning does not change its size. */
export function projection(
  angle: ViewAngle,
  frame: { left: number; top: number; width: number; height: number },
): Projection {
  const [sinA, cosA] = [Math.sin(angle.azimuth), Math.cos(angle.azimuth)]
  const [sinE, cosE] = [Math.sin(angle.elevation), Math.cos(angle.elevation)]
  const halfHeight = boxHeight * cosE + Math.SQRT2 * Math.abs(sinE)
  const scale = Math.max(1, Math.min(frame.width / (2 * Math.SQRT2), frame.height / (2 * halfHeight)))
  const [centerX, centerY] = [frame.left + frame.width / 2, frame.top + frame.height / 2]
  return {
    angle,
    towards: [cosE * cosA, cosE * sinA, sinE],
    pixel: ([x, y, z]) => [
      centerX + scale * (-sinA * x + cosA * y),
      centerY - scale * (-sinE * cosA * x - sinE * sinA * y + cosE * boxHeight * z),
    ],
    depth: ([x, y, z]) => cosE * cosA * x + cosE * sinA * y + sinE * boxHeight * z,
  }
}
