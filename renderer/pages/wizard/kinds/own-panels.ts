/** The panel of each kind with a task for what only that kind asks. */
import type { Component } from 'vue'
import type { ExperimentKindId } from '../../../../shared/experiments/kind'
import CriticalPointPanel from './critical-point/CriticalPointPanel.vue'
import ErrorSurfacePanel from './error-surface/ErrorSurfacePanel.vue'

export const ownPanels: Partial<Record<ExperimentKindId, Component>> = {
  'critical-point': CriticalPointPanel,
  'error-surface': ErrorSurfacePanel,
}
