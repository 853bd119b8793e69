/** The colours of styles/tokens.css as values, for what cannot read CSS variables: Naive UI's overrides. */
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
  font: string
}

/** Current values; changes with the scheme. */
export const tokens = computed<Tokens>(() => {
  const scheme = colorScheme.value
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    scheme,
    color: Object.fromEntries(tokenNames.map((name) => [name, read(name)])) as Record<TokenName, string>,
    font: read('font'),
  }
})
