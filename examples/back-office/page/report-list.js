/** The reports that the person may read, with their titles; none where they cannot be read. */
export async function reportList({ endpoint, token }) {
  const headers = { authorization: `Bearer ${await token({ expired: false })}`, 'accept-language': 'en' }
  const response = await fetch(`${endpoint}/reports`, { headers }).catch(() => undefined)
  return response?.ok ? (await response.json()).reports : []
}
