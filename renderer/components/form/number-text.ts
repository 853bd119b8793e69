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
