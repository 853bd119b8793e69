/** The colours of styles/tokens.css as values, for what cannot read CSS variables: Naive UI's overrides and the chart's canvas. */
import { computed } from 'vue'
import { colorScheme } from './color-scheme'

export const tokenNames = [
  'bg',
  'panel',
  'sunken',
  'line',
  'line-strong',
  'text',
  'muted',
  'faint',
  'accent',
  'accent-strong',
  'accent-soft',
  'on-accent',
  'ok',
  'ok-soft',
  'warn',
  'warn-soft',
  'bad',
  'bad-soft',
  'grid',
] as const
export type TokenName = (typeof tokenNames)[number]

export interface Tokens {
  scheme: 'light' | 'dark'
  color: Record<TokenName, string>
  /** Colours of models and groups by index; use `paletteColor` for any index. */
  palette: readonly string[]
  font: string
}

export const paletteSize = 8

/** The CSS colour of a model or group, for any index. */
export function paletteVariable(index: number): string {
  return `var(--c${index % paletteSize})`
}

/** Current values; changes with the scheme. */
export const tokens = computed<Tokens>(() => {
  const scheme = colorScheme.value
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    scheme,
    color: Object.fromEntries(tokenNames.map((name) => [name, read(name)])) as Record<TokenName, string>,
    palette: Array.from({ length: paletteSize }, (_, index) => read(`c${index}`)),
    font: read('font'),
  }
})
