import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { type ResolveReference, resolveInto } from './reference.ts'

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** Certificates in PEM, or the place of them (`file:/etc/ssl/certs/rds-global-bundle.pem`). The output is PEM. */
export function certificateAuthority(resolve: ResolveReference) {
  return z.string().transform(async (value, context) => {
    const pem = value.includes('-----BEGIN') ? value : await resolveInto(context, value, resolve)
    if (pem === undefined) return z.NEVER
    const found = pem.match(certificate) ?? []
    if (found.length > 0 && found.every(isCertificate)) return pem
    context.addIssue({ code: 'custom', message: 'must hold certificates in PEM that can be read' })
    return z.NEVER
  })
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) !== undefined
  } catch {
    return false
  }
}
