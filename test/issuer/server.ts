import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { type SigningKey, token } from './tokens.ts'

/** The key server of an identity provider: real keys behind real HTTP on the loopback interface. */
export interface KeyServer extends AsyncDisposable {
  readonly url: URL
  /** How often the key set was asked for. */
  readonly requests: number
  /** From now on this is what is answered; undefined: the key set. */
  answer: ((response: ServerResponse) => void) | undefined
  /** From now on the set holds these keys, by their `kid`, and no other. */
  publish(...kids: readonly string[]): Promise<void>
  /** A token signed by the key of that `kid`, published or not. */
  token(kid: string, changes?: Readonly<Record<string, unknown>>): Promise<string>
}

export async function startKeyServer(): Promise<KeyServer> {
  const keys = new Map<string, { readonly privateKey: SigningKey; readonly jwk: object }>()
  let published = '{"keys":[]}'
  let requests = 0

  async function keyOf(kid: string) {
    const known = keys.get(kid)
    if (known !== undefined) return known
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const made = { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
    keys.set(kid, made)
    return made
  }

  const server = createServer((_, response) => {
    requests += 1
    if (keyServer.answer !== undefined) keyServer.answer(response)
    else response.setHeader('content-type', 'application/json').end(published)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const keyServer: KeyServer = {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`),
    get requests() {
      return requests
    },
    answer: undefined,
    async publish(...kids) {
      const made = await Promise.all(kids.map(keyOf))
      published = JSON.stringify({ keys: made.map((key) => key.jwk) })
    },
    async token(kid, changes) {
      const { privateKey } = await keyOf(kid)
      return token(changes, { key: privateKey, alg: 'ES256', kid })
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return keyServer
}
