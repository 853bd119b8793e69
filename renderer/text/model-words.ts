/** Layers, activations and initialisations by the names that papers use. */
import type { Activation, Initialization, LayerType, Shape } from '../../shared/models/model'

export const layerTitles: Record<LayerType, string> = {
  dense: 'Dense',
  conv2d: 'Convolution',
  'max-pool': 'Max pooling',
  'average-pool': 'Average pooling',
  'batch-norm': 'Batch norm',
  dropout: 'Dropout',
  flatten: 'Flatten',
  residual: 'Residual block',
}

/** '16 × 14 × 14', or '128' where there are no places. */
export function shapeText([channels, height, width]: Shape): string {
  return height * width > 1 ? `${channels} × ${height} × ${width}` : String(channels)
}

export const activationTitles: Record<Activation, string> = {
  linear: 'linear',
  relu: 'ReLU',
  'leaky-relu': 'leaky ReLU',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
  gelu: 'GELU',
  sin: 'sin',
  softmax: 'softmax',
}

export const initializationTitles: Record<Initialization, string> = {
  pytorch: 'PyTorch’s default',
  'glorot-uniform': 'Glorot, uniform',
  'glorot-normal': 'Glorot, normal',
  'he-uniform': 'He, uniform',
  'he-normal': 'He, normal',
  'lecun-normal': 'LeCun, normal',
}
