/**
 * A function that keeps what it gave last, and gives it again while it is asked the same: a chart of thousands of points is rendered at
 * each movement of a pointer, and only what is read changes.
 */
export function kept<Arguments extends readonly unknown[], Result>(
  make: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  let last: { readonly given: Arguments; readonly result: Result } | undefined
  return (...given) => {
    if (last === undefined || given.some((each, at) => !Object.is(each, last?.given[at])))
      last = { given, result: make(...given) }
    return last.result
  }
}
