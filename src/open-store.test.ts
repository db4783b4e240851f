import { expect, test } from 'vitest'
import { openStore, withPackage } from './open-store.ts'

const missing = (name: string) => () =>
  Promise.reject(
    Object.assign(new Error(`Cannot find package '${name}' imported from /srv/app.js`), {
      code: 'ERR_MODULE_NOT_FOUND',
    }),
  )

test('where a package is not installed the error says what to install', async () => {
  await expect(withPackage('@aws-sdk/client-dynamodb', missing('@aws-sdk/client-dynamodb'))).rejects.toMatchObject({
    code: 'PACKAGE_MISSING',
    detail: expect.stringContaining('npm install @aws-sdk/client-dynamodb'),
  })
})

test('another package that is missing, and any other fault, stays what it is', async () => {
  await expect(withPackage('@aws-sdk/client-dynamodb', missing('tslib'))).rejects.toThrow(/tslib/)
  await expect(withPackage('pg', () => Promise.reject(new SyntaxError('no')))).rejects.toBeInstanceOf(SyntaxError)
})

test('a table of DynamoDB is opened by what the secret says of it, and not asked', async () => {
  const address = { table: 'reports', region: 'eu-central-1', endpoint: 'http://127.0.0.1:1' }
  const store = await openStore({ kind: 'dynamodb', ...address, reports: 'all', shadow: [] })
  await store.close()
})
