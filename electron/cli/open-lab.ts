/** The lab of a command: opened, used, closed whatever happens. */
import { join } from 'node:path'
import { createNodeHost } from '../host/node-host'
import { exitCodeOf, type StopRequest } from '../host/stop-requests'
import { basinHome, datasetsFolder, trainingCores } from '../lab/home'
import { Lab } from '../lab/lab'
import type { StoreProblem } from '../../shared/api/lab-api'
import { leaving, stopRequests, tellEnding } from './stop'
import { version } from './version'

/**
 * @param how `go-on`: writing, and going on with what the last session left unfinished; `serve`: the same, or reading alone until the home
 * can be written to
 */
export async function withLab<T>(how: 'write' | 'read' | 'go-on' | 'serve', use: (lab: Lab) => Promise<T>): Promise<T> {
  const opening = Lab.open({
    host: createNodeHost({ bundleFolder: __dirname, nodePath: process.execPath }),
    version: version(),
    home: basinHome(),
    datasetsFolder: datasetsFolder(),
    cores: trainingCores(),
    mode: how === 'read' ? 'read' : 'write',
    goesOn: how === 'go-on' || how === 'serve',
    opensUnwritable: how === 'serve',
  })
  // From the first moment something may train. A command that waits for what it started listens in place of this.
  const unhear = how === 'read' ? undefined : stopRequests().listen((request) => leave(request, opening))
  const lab = await opening
  lab.onEvent((event) => {
    if (event.type === 'store-problem') tellStoreProblem(event.problem)
  })
  if (lab.storeProblem) tellStoreProblem(lab.storeProblem)
  try {
    const damage = lab.storeProblem ? null : await lab.store.readDamage({})
    if (damage !== null) process.stderr.write(`basin: ${damage}\n`)
    return await use(lab)
  } finally {
    await lab.close()
    unhear?.()
  }
}

/** Ends this command; what its lab trains goes on with the next one. */
function leave({ signal, isRepeated }: StopRequest, opening: Promise<Lab>): void {
  if (isRepeated) process.exit(exitCodeOf(signal))
  const close = async () => {
    const lab = await opening
    if (lab.activeExperiments.length > 0) tellEnding(signal, leaving)
    await lab.close({ goesOn: true })
  }
  void close().finally(() => process.exit(exitCodeOf(signal)))
}

/** One line when recording begins to wait, one when it goes on. */
function tellStoreProblem(problem: StoreProblem | null): void {
  const waits = problem?.code === 'store/damaged' ? '' : ' Training waits, and goes on by itself once it can be.'
  const text = problem ? `${problem.message}${waits}` : 'Recording goes on; nothing was lost.'
  // A progress bar may stand there.
  process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[2K' : ''}basin: ${text}\n`)
}

/** Folder of the bundled page beside this bundle. */
export function pageFolder(): string {
  return join(__dirname, '../renderer')
}
