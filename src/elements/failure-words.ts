import type { Messages } from './messages.ts'
import type { Failure } from './reading.ts'

export function failureWords({ code }: Failure, messages: Messages): string {
  switch (code) {
    case 'UNAUTHENTICATED':
      return messages.signedOut
    case 'OFFLINE':
      return messages.offline
    case 'UNREACHABLE':
      return messages.unreachable
    default:
      return messages.failed
  }
}
