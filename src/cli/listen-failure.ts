import { MillraceError } from '../errors.ts'

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this process may not listen there',
  ENOTFOUND: 'there is no such host',
}

/** Why an address cannot be listened on, as LISTEN_FAILED. */
export function listenFailure({ host, port }: { readonly host: string; readonly port: number }, cause: unknown) {
  const { code } = cause as { code?: string }
  const why = code === undefined ? undefined : reasons[code]
  return new MillraceError('LISTEN_FAILED', `${host}, port ${port}: ${why ?? 'it cannot be listened on'}`, { cause })
}
