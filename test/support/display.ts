/** A screen for windows: the one that is there, or an Xvfb of our own. */
import { spawn } from 'node:child_process'

export interface Display {
  name: string
  close(): void
}

export async function openDisplay(): Promise<Display> {
  const own = process.env.DISPLAY
  if (own) return { name: own, close: () => undefined }
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string>((resolve, reject) => {
    xvfb.once('error', reject)
    xvfb.once('exit', () => reject(new Error('Xvfb ended before it had a screen')))
    xvfb.stdio[3]!.once('data', (data: Buffer) => resolve(data.toString().trim()))
  })
  return { name: `:${number}`, close: () => void xvfb.kill() }
}
