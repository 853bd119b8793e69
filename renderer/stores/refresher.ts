/** Re-reads something when told that it changed: one read at a time, never more often than an interval, and never missing the last change. */

export interface Refresher {
  /** Something changed. Many calls become one read. */
  request(): void
}

/** @param read re-reads everything; its own errors are its own to show. */
export function createRefresher(read: () => Promise<void>, intervalMs = 250): Refresher {
  let reading = false
  let stale = false
  async function pass() {
    reading = true
    stale = false
    await read()
    setTimeout(() => {
      reading = false
      if (stale) void pass()
    }, intervalMs)
  }
  return {
    request() {
      stale = true
      if (!reading) void pass()
    },
  }
}
