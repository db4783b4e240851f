const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** In the units of PostgreSQL, of 1024 each: `512 bytes`, `1.5 MB`, `48 GB`. */
export function bytesText(bytes: number): string {
  let [size, unit] = [Math.max(0, bytes), 0]
  while (size >= 1024 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1]
  return `${unit === 0 || size >= 10 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`
}
