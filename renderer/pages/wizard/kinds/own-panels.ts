/** The panel of each kind with a task for what only that kind asks. */
import type { Component } from 'vue'
import type { ExperimentKindId } from '../../../../shared/experiments/kind'

export const ownPanels: Partial<Record<ExperimentKindId, Component>> = {}
