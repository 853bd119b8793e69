/** Words of figures: ids that are safe in file names, titles, subtitles. */

/** 'sin(5πx)/(5πx)' -> 'sin-5-x-5-x': safe in file names. */
export function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
  return plain.slice(0, 60).replace(/-+$/, '') || 'figure'
}

/** Makes names distinct by counting those that repeat: 'a', 'a-2'. */
export function distinct(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map((name) => {
    let candidate = name
    for (let count = 2; used.has(candidate); count++) candidate = `${name}-${count}`
    used.add(candidate)
    return candidate
  })
}

/** A title with what sets it apart in front: 'cos x: training loss'. */
export function titled(prefix: string, title: string): string {
  return prefix === '' ? title : `${prefix}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`
}

/** The parts of a subtitle that there are. */
export function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('; ')
}
