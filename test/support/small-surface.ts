/** An error surface that is trained and answered in a moment. */
export const smallSurface = {
  task: { type: 'function', expression: 'cos(x)', points: 32 },
  models: [{ label: 'Net', hidden: 'dense 4 tanh' }],
  training: { optimizer: { type: 'adam', learningRate: 0.01 }, batchSize: 'full', epochs: 40 },
  snapshots: { every: 10, unit: 'epoch' },
  surface: { directions: 'pca', resolution: 13 },
}
