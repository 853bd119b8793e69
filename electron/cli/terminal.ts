/**
 * What the command line writes to people and programs passes here: text from outside cannot move a terminal's cursor, colour it or hide
 * lines. Such characters are written as \u001b, so that JSON stays JSON of the same value.
 */
import { visible } from '../../shared/text/visible'

/** What the progress bar does to its own line. */
const clearLine = '\r\x1b[2K'

/** Text as a terminal may have it. */
export function terminalText(text: string): string {
  const isProgress = text.startsWith(clearLine)
  return isProgress ? clearLine + visible(text.slice(clearLine.length), '\n') : visible(text, '\n\t')
}

/** From now on for all that is written to a stream as text. */
export function guardTerminal(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: string | Uint8Array, ...rest: unknown[]) => boolean
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? terminalText(chunk) : chunk, ...rest)
}
