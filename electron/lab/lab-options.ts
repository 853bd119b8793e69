/** What a lab is opened with. */
import type { WorkerHost } from '../host/worker-host'

export interface LabOptions {
  host: WorkerHost
  version: string
  /** Folder of the database and the data sets (BASIN_HOME). */
  home: string
  /** A folder with data sets a person has (BASIN_DATASETS). */
  datasetsFolder?: string
  /** Runs at the same time. */
  cores: number
  mode: 'write' | 'read'
  /** Goes on with what the last session left unfinished, and leaves to the next one what it does not finish. */
  goesOn?: boolean
  /** Shortest time between two checkpoints of a run; absent: what training thinks right. */
  checkpointEveryMs?: number
  /** Opens also where nothing can be written, to read, and goes on as asked once it can. */
  opensUnwritable?: boolean
}
