/** Functions to learn that the wizard offers, each with a domain on which it has a value everywhere. */

export interface CatalogFunction {
  /** File-name safe. */
  name: string
  title: string
  /** mathjs, in x. */
  expression: string
  domain: [number, number]
}

export const functionCatalog: readonly CatalogFunction[] = [
  { name: 'sinc', title: 'sin(5πx)/(5πx)', expression: 'sin(5*pi*x)/(5*pi*x)', domain: [-1, 1] },
  { name: 'sign-wave', title: 'sgn(sin(5πx))', expression: 'sign(sin(5*pi*x))', domain: [-1, 1] },
  { name: 'sine-wave', title: 'sin(5πx)', expression: 'sin(5*pi*x)', domain: [-1, 1] },
  { name: 'cubic', title: 'x³', expression: 'x^3', domain: [-2, 2] },
  { name: 'parabola', title: '5x²−0.5x+0.2', expression: '5*x^2 - 0.5*x + 0.2', domain: [-1, 1] },
  { name: 'slow-sine', title: 'sin(0.2x+1)', expression: 'sin(0.2*x + 1)', domain: [-10, 10] },
  // Singular at -0.25.
  { name: 'logarithm', title: 'log|2x+0.5|', expression: 'log(abs(2*x + 0.5))', domain: [0, 2] },
  { name: 'growing-cosine', title: '2x·cos(x)+2', expression: '2*x*cos(x) + 2', domain: [-5, 5] },
  { name: 'cosine', title: 'cos x', expression: 'cos(x)', domain: [-5, 5] },
  { name: 'arcsinh', title: 'arcsinh x', expression: 'asinh(x)', domain: [-5, 5] },
  { name: 'chirp', title: 'sin(6πx²)', expression: 'sin(6*pi*x^2)', domain: [-1, 1] },
]

/** The entry of an expression, however it is spaced. */
export function catalogEntry(expression: string): CatalogFunction | undefined {
  const bare = (text: string): string => text.replace(/\s+/g, '')
  return functionCatalog.find((entry) => bare(entry.expression) === bare(expression))
}
