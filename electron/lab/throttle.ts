/** Calls that come faster than anyone can look at are gathered: the first goes at once, the rest at most once per interval. */

export class Throttle<Key> {
  readonly #waiting = new Map<Key, ReturnType<typeof setTimeout>>()
  readonly #pending = new Set<Key>()

  constructor(
    private readonly intervalMs: number,
    private readonly act: (key: Key) => void,
  ) {}

  call(key: Key): void {
    if (this.#waiting.has(key)) {
      this.#pending.add(key)
      return
    }
    this.act(key)
    this.#waiting.set(
      key,
      setTimeout(() => {
        this.#waiting.delete(key)
        if (this.#pending.delete(key)) this.call(key)
      }, this.intervalMs),
    )
  }

  close(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
    this.#pending.clear()
  }
}
