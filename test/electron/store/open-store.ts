/** Folders and open stores that go when a test ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { SeriesData } from '../../../shared/api/records'
import type { OpenStore, StoreOptions } from '../../../electron/store/open-store'
import { Store } from '../../../electron/store/store'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** Does something after the test, whatever comes of it; last come, first served. */
export function afterThisTest(cleanUp: () => unknown): void {
  cleanUps.push(cleanUp)
}

/** An empty folder until the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'basin-store-'))
  afterThisTest(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A store that is closed when the test ends. Its timer is too slow to matter unless a test asks for another. */
export async function openStore(
  home = temporaryFolder(),
  mode: 'write' | 'read' = 'write',
  options: StoreOptions = { flushIntervalMs: 3_600_000 },
): Promise<Store> {
  const store = new Store(options)
  await store.open({ home, mode })
  afterThisTest(() => store.close())
  return store
}

/** A disk that can take nothing for a while, as SQLite sees it: every write of this store fails, and reading goes on. */
export function fillableDisk(store: Store): { fill(): void; makeRoom(): void } {
  const { database } = (store as unknown as { current: OpenStore }).current.connection
  return { fill: () => database.pragma('query_only = ON'), makeRoom: () => database.pragma('query_only = OFF') }
}

/** With lists in place of arrays, so that a difference prints well and 0 equals 0. */
export function plain(data: SeriesData | undefined): unknown {
  if (data === undefined) return undefined
  const entries = Object.entries(data) as [string, Float64Array | number][]
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === 'number' ? value : [...value]]))
}

/** Where two lists of numbers first differ in any bit, null if nowhere. A diff of long ones would take minutes to print. */
export function firstDifference(actual: ArrayLike<number> = [], expected: ArrayLike<number>): number | null {
  if (actual.length !== expected.length) return Math.min(actual.length, expected.length)
  const index = Array.from(actual).findIndex((value, i) => !Object.is(value, expected[i]))
  return index < 0 ? null : index
}
