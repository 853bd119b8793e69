/**
 * The lab that a storm disturbs: what `basin serve` is, with checkpoints twice a second instead of twice a minute, so that lives of
 * seconds have some. Its first line of output is its address.
 */
import { join } from 'node:path'
import { createNodeHost } from '../../electron/host/node-host'
import { basinHome } from '../../electron/lab/home'
import { Lab } from '../../electron/lab/lab'
import { startLabServer } from '../../electron/server/lab-server'

const dist = join(__dirname, '..')

async function main(): Promise<void> {
  const lab = await Lab.open({
    host: createNodeHost({ bundleFolder: join(dist, 'electron'), nodePath: process.execPath }),
    version: 'storm',
    home: basinHome(),
    cores: 2,
    mode: 'write',
    goesOn: true,
    checkpointEveryMs: 500,
  })
  const server = await startLabServer({ lab, pageFolder: join(dist, 'renderer'), port: 0 })
  process.stdout.write(`${server.url}\n`)
  const end = async (code: number) => {
    await server.close()
    await lab.close().catch((error: unknown) => console.error(error))
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(0))
  lab.onStoreDied(() => void end(1))
}

void main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
