/** Sizes and times ago, as the pages write them. Numbers, durations and dates are in shared/text/format.ts. */
import { formatDate } from '../../shared/text/format'

/** 412 MB; powers of 1000, as disks and downloads are counted. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0
  return `${value.toFixed(digits)} ${units[unit]}`
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** 'just now', '12 min ago', '3 h ago', 'yesterday', '5 days ago', then the date. */
export function formatAgo(unixMs: number, nowMs: number): string {
  const pastMs = Math.max(0, nowMs - unixMs)
  if (pastMs < minuteMs) return 'just now'
  if (pastMs < 60 * minuteMs) return `${Math.floor(pastMs / minuteMs)} min ago`
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0)
  if (unixMs >= midnight) return `${Math.floor(pastMs / (60 * minuteMs))} h ago`
  if (unixMs >= midnight - dayMs) return 'yesterday'
  const days = Math.ceil((midnight - unixMs) / dayMs)
  return days <= 7 ? `${days} days ago` : formatDate(unixMs).slice(0, 10)
}
