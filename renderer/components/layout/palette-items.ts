/** What Ctrl+K can find, and how well a query fits it. No DOM. */

export interface PaletteItem {
  /** Distinct among all items. */
  key: string
  group: 'Pages' | 'Commands' | 'Experiments' | 'Presets' | 'Runs'
  title: string
  /** Said beside the title, and searched too. */
  hint: string
  run: () => void
}

/** Higher is better; null when some word is nowhere. Words at the start of the title count most, then at the start of a word. */
export function matchScore(item: Pick<PaletteItem, 'title' | 'hint'>, query: string): number | null {
  const title = item.title.toLowerCase()
  const all = `${title} ${item.hint.toLowerCase()}`
  let score = 0
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const place = all.indexOf(word)
    if (place < 0) return null
    const startsWord = place === 0 || /[\s\-.,(/]/.test(all[place - 1]!)
    score += place === 0 ? 4 : startsWord ? 3 : place < title.length ? 2 : 1
  }
  return score
}

const mostPerGroup = 6

/** The best items for a query: at most six of a group, groups in the order of their best item, then as given. */
export function findItems(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const scored = items.flatMap((item, order) => {
    const score = matchScore(item, query)
    return score === null ? [] : [{ item, score, order }]
  })
  scored.sort((one, other) => other.score - one.score || one.order - other.order)
  const groups = new Map<string, PaletteItem[]>()
  for (const { item } of scored) {
    const group = groups.get(item.group) ?? []
    if (group.length < mostPerGroup) group.push(item)
    groups.set(item.group, group)
  }
  return [...groups.values()].flat()
}
