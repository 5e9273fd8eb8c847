/** What is known of an option of the command line; a row of the table of options. */
export interface OptionRow {
  /** What the value is, as the help shows it. */
  readonly value: string
  readonly choices?: readonly string[]
  readonly repeatable: boolean
  /** Taken when the option is given without a value; '' if it needs one. */
  readonly bare: string
  /** Whether it is a word alone, without a value; `value` is '' then. */
  readonly flag?: true
  /** One letter that stands for it. */
  readonly letter?: string
  /** The default in words, for help and man page; '' if there is none. */
  readonly default: string
  readonly text: string
}

/** The variable of the environment that stands for an option. */
export function variableOf(name: string): string {
  return `RAILSCALE_${name.toUpperCase().replaceAll('-', '_')}`
}
