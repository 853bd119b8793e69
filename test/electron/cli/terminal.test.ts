import { expect, it } from 'vitest'
import { textTable } from '../../../electron/cli/text'
import { guardTerminal, terminalText } from '../../../electron/cli/terminal'

it('lets no escape sequence through, but its own that clears the line of progress', () => {
  expect(terminalText('\u001b[31mred\u009b2J\r\nx\n')).toBe('\\u001b[31mred\\u009b2J\\u000d\nx\n')
  expect(terminalText('\r\u001b[2K███ \u001b[1m')).toBe('\r\u001b[2K███ \\u001b[1m')
})

it('guards all that is written to a stream as text', () => {
  const written: unknown[] = []
  const stream = { write: (chunk: unknown) => written.push(chunk) > 0 } as unknown as NodeJS.WriteStream
  guardTerminal(stream)
  stream.write('a\u0007b\n')
  expect(written).toEqual(['a\\u0007b\n'])
})

it('a table has a line for each row, whatever its cells are', () => {
  const table = textTable([{ title: 'Label', text: (label: string) => label }], ['a\nb', 'c'])
  expect(table.split('\n')).toEqual(['Label', 'a\\u000ab', 'c'])
})
