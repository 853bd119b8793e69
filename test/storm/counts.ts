/** What happened, and how often. */
export class Counts {
  readonly #counts = new Map<string, number>()

  add(what: string, count = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + count)
  }

  /** One line each. */
  text(): string {
    const width = Math.max(0, ...[...this.#counts.keys()].map((what) => what.length))
    return [...this.#counts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([what, count]) => `  ${what.padEnd(width)}  ${count.toLocaleString('en')}`)
      .join('\n')
  }
}
