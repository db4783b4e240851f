/** A parameter's value as text; a list becomes a PostgreSQL array. */
export type ParameterValue = string | null | readonly string[]

/** One parameterized statement. Its text comes from the catalog alone; what a reader or a tenant gives is in the values. */
export interface Statement {
  readonly text: string
  readonly values: readonly ParameterValue[]
}

/** The parameters of a statement in the making. */
export class Parameters {
  readonly values: ParameterValue[] = []

  /** The placeholder of a value: `$1`, `$2` … */
  add(value: ParameterValue): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A parameter as the text format of the protocol has it; a list as an array literal. */
export function encodeParameter(value: ParameterValue): string | null {
  if (value === null || typeof value === 'string') return value
  return `{${value.map((item) => `"${item.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
}
