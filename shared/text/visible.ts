/**
 * Text that comes from outside (labels, names, keys of a spec, paths) and what must never be in it: characters that no one sees but that
 * move a terminal's cursor, break the rows of a table, turn a line around or end an XML document. `plainText` refuses them where text
 * comes in, `visible` writes them out as \uXXXX where text goes out: text of long ago, paths and messages may have them.
 */
import { type z } from 'zod'

/** Controls, line ends of Unicode, marks that turn text around, marks of byte order, halves of characters and what is no character. */
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Whether each character of a text is one that people see. */
export function isPlain(text: string): boolean {
  return text.search(hidden) < 0
}

/** The same text with what nobody sees as \u001b. JSON stays JSON of the same value. @param keep - characters to leave as they are */
export function visible(text: string, keep = ''): string {
  return text.replace(hidden, (character) => (keep.includes(character) ? character : escaped(character)))
}

/** A schema of text that also refuses what nobody sees, by the place and the number of the first such character. */
export function plainText(schema: z.ZodString): z.ZodString {
  return schema.superRefine((text, context) => {
    const at = text.search(hidden)
    if (at < 0) return
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
    context.addIssue({
      code: 'custom',
      message: `must not have control characters, such as U+${code} at character ${at + 1}`,
    })
  })
}
