/** Numbers as people type them. */

/** 0.001, 1e-3, 2,048, -1; null for everything else, also for infinities. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim().replace('−', '-')
  const plain = /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return null
  const value = Number(plain)
  return Number.isFinite(value) ? value : null
}

/** '0.001, 0.01 0.1' as numbers, with what is none left as it was typed. */
export function parseNumberList(text: string): (number | string)[] {
  return text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((word) => parseNumber(word) ?? word)
}

/** '3' as 3, '3x5', '3 × 5' and '3 5' as [3, 5]; null for everything else. */
export function parseSize(text: string): number | [number, number] | null {
  const parts = text.trim().split(/\s*[x×*]\s*|\s+/i)
  const numbers = parts.map(parseNumber)
  const [first, second] = numbers
  if (numbers.length > 2 || first === null || first === undefined || second === null) return null
  return second === undefined ? first : [first, second]
}

/** '3' or '3 × 5'. */
export function sizeText(size: number | string | readonly [number, number] | undefined): string {
  if (!Array.isArray(size)) return String(size ?? '')
  const [rows, columns] = size as [number, number]
  return rows === columns ? String(rows) : `${rows} × ${columns}`
}
