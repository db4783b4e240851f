/** The values that a customer has of each filter, with their labels. A filter whose values cannot be read is left out. */
export async function filterOptions(filters, { endpoint, token }) {
  const headers = { authorization: `Bearer ${await token({ expired: false })}`, 'accept-language': 'en' }
  const read = async (path) => {
    const response = await fetch(`${endpoint}/reports/${path}`, { headers })
    if (!response.ok) throw new Error(String(response.status))
    return response.json()
  }
  const found = await Promise.all(
    filters.map(async (filter) => {
      const { of, filter: name } = filter
      const [described, { options }] = await Promise.all([read(of), read(`${of}/options/${name}`)]).catch(() => [])
      if (described === undefined) return []
      const { label, values = [] } = described.filters.find((each) => each.name === name)
      const labelOf = ({ value, label }) => label ?? values.find((each) => each.value === value)?.label ?? String(value)
      return [{ ...filter, label, options: options.map((option) => ({ value: option.value, label: labelOf(option) })) }]
    }),
  )
  return found.flat()
}
