/** Which columns the runs table shows and how it is sorted, kept in this browser or window. */
import { computed, ref, watch } from 'vue'
import { runColumns, runColumnsById } from './run-columns'
import type { SortOrder } from './run-sort'

const columnsKey = 'basin.runs.columns'
const orderKey = 'basin.runs.order'

const firstColumns = () => runColumns.filter((column) => column.shownAtFirst).map((column) => column.columnId)

function stored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

/** Known ids alone, so that a column that a later version drops does no harm; the run itself is always there. */
export function knownColumns(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null
  const known = value.filter((item): item is string => typeof item === 'string' && runColumnsById.has(item))
  return known.includes('label') ? known : ['label', ...known]
}

export function knownOrder(value: unknown): SortOrder | null {
  const { columnId, descending } = (value ?? {}) as Partial<SortOrder>
  if (typeof columnId !== 'string' || !runColumnsById.has(columnId)) return null
  return { columnId, descending: descending === true }
}

export function useColumnChoice() {
  const chosen = ref<string[]>(knownColumns(stored(columnsKey)) ?? firstColumns())
  const order = ref<SortOrder | null>(knownOrder(stored(orderKey)))
  watch(chosen, (ids) => localStorage.setItem(columnsKey, JSON.stringify(ids)))
  watch(order, (next) => localStorage.setItem(orderKey, JSON.stringify(next)))

  /** In the order of the list, whatever the order of choosing. */
  const columns = computed(() => runColumns.filter((column) => chosen.value.includes(column.columnId)))

  function toggle(columnId: string) {
    const has = chosen.value.includes(columnId)
    chosen.value = has ? chosen.value.filter((known) => known !== columnId) : [...chosen.value, columnId]
  }

  function reset() {
    chosen.value = firstColumns()
  }

  return { columns, order, toggle, reset }
}
