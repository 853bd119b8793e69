/** Deletes for good what was deleted, so little at a time that a full disk's reserve is enough for it, and gives the space back at once. */
import { giveBackPages } from './database'
import type { OpenStore } from './open-store'

const ofDeleted = 'JOIN experiments USING (experimentKey) WHERE deleted = 1 LIMIT 1'

/** Weights one by one, then all else of each run, then the experiments. */
const steps = [
  `DELETE FROM snapshots WHERE rowid = (SELECT snapshots.rowid FROM snapshots JOIN runs USING (runKey) ${ofDeleted})`,
  `DELETE FROM runs WHERE runKey = (SELECT runKey FROM runs ${ofDeleted})`,
  'DELETE FROM experiments WHERE deleted = 1',
]

/** @returns whether there was anything to delete */
export function purgeStep({ connection: { database }, startFiles }: OpenStore): boolean {
  const hasDeleted = steps.some((step) => database.prepare(step).run().changes > 0)
  if (!hasDeleted) startFiles.purge()
  do moveLog(database)
  while (giveBackPages(database))
  moveLog(database)
  return hasDeleted
}

/** What waits in the log takes room twice. */
export function moveLog(database: OpenStore['connection']['database']): void {
  database.pragma('wal_checkpoint(TRUNCATE)')
}
