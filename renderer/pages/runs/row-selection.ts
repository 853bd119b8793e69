/** Which rows of a list are selected and which one is active, as lists on desktops do it: click, Ctrl, Shift, arrows. */
import type { RunId } from '../../../shared/api/ids'

export interface Selection {
  selected: ReadonlySet<RunId>
  /** The row that keys act on. */
  active: RunId | null
  /** Where a range begins. */
  anchor: RunId | null
}

export const noSelection: Selection = { selected: new Set(), active: null, anchor: null }

/** Adds or takes away one row. */
export function toggleRow(selection: Selection, runId: RunId): Selection {
  const selected = new Set(selection.selected)
  if (!selected.delete(runId)) selected.add(runId)
  return { selected, active: runId, anchor: runId }
}

/** Selects all rows from the anchor to this one. */
export function extendTo(selection: Selection, rows: readonly RunId[], runId: RunId): Selection {
  const to = rows.indexOf(runId)
  const anchored = selection.anchor === null ? -1 : rows.indexOf(selection.anchor)
  const from = anchored < 0 ? to : anchored
  const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { selected: new Set(range), active: runId, anchor: rows[from] ?? runId }
}

/** Moves the active row by so many, stopping at the ends; `extend` selects on the way. */
export function moveActive(selection: Selection, rows: readonly RunId[], by: number, extend: boolean): Selection {
  if (rows.length === 0) return selection
  const at = selection.active === null ? -1 : rows.indexOf(selection.active)
  // Without one, keys come in from before the first row or from after the last.
  const from = at >= 0 ? at : by > 0 ? -1 : rows.length
  const next = Math.min(rows.length - 1, Math.max(0, from + by))
  const runId = rows[next]!
  const started = selection.anchor === null ? { ...selection, anchor: selection.active } : selection
  return extend ? extendTo(started, rows, runId) : { ...selection, active: runId, anchor: runId }
}

/** Forgets rows that are no longer shown. */
export function keepShown(selection: Selection, rows: readonly RunId[]): Selection {
  const shown = new Set(rows)
  const keep = (runId: RunId | null) => (runId !== null && shown.has(runId) ? runId : null)
  const selected = new Set([...selection.selected].filter((runId) => shown.has(runId)))
  return { selected, active: keep(selection.active), anchor: keep(selection.anchor) }
}
