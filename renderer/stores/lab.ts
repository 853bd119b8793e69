/** What the lab as a whole is and does: engine, queue, stored data, connection. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { LabStatus } from '../../shared/api/lab-api'
import { connectionState, lab, onLabEvent, onLabOpen } from '../lab/lab-client'
import { createRefresher } from './refresher'

export const useLabStore = defineStore('lab', () => {
  const status = shallowRef<LabStatus | null>(null)
  const connection = computed(() => connectionState.value.state)
  const refresher = createRefresher(async () => {
    // A lost connection has its own banner, and opening it again reads the status anew.
    const about = await lab.about({}).catch(() => null)
    if (about) status.value = about
  })

  onLabOpen(() => refresher.request())
  onLabEvent((event) => {
    if (event.type === 'status-changed') status.value = event.status
    // At once: the whole status comes when there is time.
    if (event.type === 'store-problem' && status.value) status.value = { ...status.value, storeProblem: event.problem }
  })
  return { status, connection, refresh: refresher.request }
})
