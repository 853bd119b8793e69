/** What every argument and spec must be before its schema looks at it: data of a size that a person could mean, without traps in its keys. */
import type { Issue } from './errors'

/** Keys and entries in all, and how deep. The largest of ours: ten thousand runs by their ids. */
export const mostEntries = 100_000
export const mostDepth = 64
export const longestKey = 200

type Path = Issue['path']

interface Place {
  value: object
  path: Path
}

/** null for what a schema may look at. Typed arrays are one value. */
export function dataIssue(value: unknown): Issue | null {
  const waiting: Place[] = []
  const visit = (inner: unknown, path: Path): void => {
    if (typeof inner === 'object' && inner !== null && !ArrayBuffer.isView(inner)) waiting.push({ value: inner, path })
  }
  visit(value, [])
  let count = 0
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const { value: inner, path } = place
    if (path.length > mostDepth) return { path: path.slice(0, 3), message: `must be at most ${mostDepth} levels deep` }
    const isList = Array.isArray(inner)
    // Counts before it lists: a million keys are refused as soon as a hundred thousand are seen.
    for (const key in inner) {
      if (++count > mostEntries)
        return { path: [], message: `must have at most ${mostEntries.toLocaleString('en')} keys and entries in all` }
      if (key === '__proto__') return { path: [...path, key], message: 'unknown key' }
      if (key.length > longestKey) return { path, message: `must have keys of at most ${longestKey} characters` }
      visit((inner as Record<string, unknown>)[key], [...path, isList ? Number(key) : key])
    }
  }
  return null
}
