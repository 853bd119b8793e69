/** Light or dark: by the system, or as a person chose on the Settings page. Kept in localStorage, applied to the document's root. */
import { computed, ref, watch } from 'vue'

export const schemePreferences = ['system', 'light', 'dark'] as const
export type SchemePreference = (typeof schemePreferences)[number]
export type ColorScheme = 'light' | 'dark'

const storageKey = 'basin.scheme'

function storedPreference(): SchemePreference {
  const stored = localStorage.getItem(storageKey) as SchemePreference | null
  return stored && schemePreferences.includes(stored) ? stored : 'system'
}

const darkQuery = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = ref(darkQuery.matches)
darkQuery.addEventListener('change', (event) => (systemIsDark.value = event.matches))

export const schemePreference = ref<SchemePreference>(storedPreference())

/** What is shown right now. */
export const colorScheme = computed<ColorScheme>(() => {
  if (schemePreference.value !== 'system') return schemePreference.value
  return systemIsDark.value ? 'dark' : 'light'
})

watch(schemePreference, (preference) => localStorage.setItem(storageKey, preference), { flush: 'sync' })
watch(colorScheme, (scheme) => (document.documentElement.dataset['scheme'] = scheme), {
  immediate: true,
  flush: 'sync',
})
