import { MillraceError } from '../errors.ts'

/**
 * Gives `work` at most so many milliseconds, then aborts its signal and throws SECRET_MISSING. Work that does not heed the
 * signal (a credential provider of the AWS chain) is left behind, so that a boot never hangs.
 */
export function withinTimeLimit<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new MillraceError('SECRET_MISSING', `gave no answer within ${milliseconds / 1000} s`))
      controller.abort()
    }, milliseconds)
    work(controller.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
}
