/** Where the window was, kept in a small file between starts. A file that cannot be read is no reason not to start. */
import { screen, type BrowserWindow, type Rectangle } from 'electron'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const stateSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().min(400),
  height: z.number().min(300),
  maximized: z.boolean(),
})
export type WindowState = Partial<z.infer<typeof stateSchema>>

const firstState: WindowState = { width: 1360, height: 880 }

/** The last state, if it can still be seen on a screen. */
export function readWindowState(file: string): WindowState {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return isVisible(state) ? state : { ...firstState, maximized: state.maximized }
  } catch {
    return firstState
  }
}

/** Writes the state when the window closes. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, JSON.stringify({ ...window.getNormalBounds(), maximized: window.isMaximized() }))
    } catch (error) {
      console.error('The place of the window was not kept:', error)
    }
  })
}

/** At least a good part of the title bar is on some screen. */
function isVisible({ x, y, width }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const overlap = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x)
    return overlap > 100 && y >= workArea.y - 10 && y < workArea.y + workArea.height - 50
  })
}
