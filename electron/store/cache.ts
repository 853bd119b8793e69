/** A map that holds a bounded number of bytes and forgets what was used longest ago. */

interface Entry<Value> {
  value: Value
  bytes: number
}

export class LruCache<Key, Value> {
  private readonly entries = new Map<Key, Entry<Value>>()
  private bytes = 0

  constructor(private readonly limitBytes: number) {}

  get(key: Key): Value | undefined {
    return this.entries.get(key)?.value
  }

  /** Puts or moves a value to the front; one that is larger than the whole cache is not kept. */
  set(key: Key, value: Value, bytes: number): void {
    this.delete(key)
    this.entries.set(key, { value, bytes })
    this.bytes += bytes
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.limitBytes) break
      this.delete(oldest)
    }
  }

  delete(key: Key): void {
    this.bytes -= this.entries.get(key)?.bytes ?? 0
    this.entries.delete(key)
  }
}
