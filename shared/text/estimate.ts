/** The time of an estimate, as the page says it. */
import type { Estimate } from '../api/lab-api'
import { formatTimeLeft } from './format'

/** Less than so many times as long is not worth two numbers. */
const muchMore = 1.25

/** 'about 3 min'; where runs end when they have found something 'about 1 min, at most 40 min', or 'at most 40 min' where most take all. */
export function estimatedTime({ timeMs, mostMs }: Pick<Estimate, 'timeMs' | 'mostMs'>): string {
  if (mostMs === null) return `about ${formatTimeLeft(timeMs)}`
  const most = `at most ${formatTimeLeft(mostMs)}`
  return mostMs < muchMore * timeMs ? most : `about ${formatTimeLeft(timeMs)}, ${most}`
}
