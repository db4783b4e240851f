/**
 * Where what is random begins. The same in each run of `npm test`, so that what fails there fails for everybody; another in each run of
 * `npm run test:long`, which explores; and the one that MILLRACE_SEED says, which a failing test prints.
 */
export const seed = Number(
  process.env.MILLRACE_SEED ?? (process.env.MILLRACE_LONG === '1' ? Math.floor(Math.random() * 2 ** 31) : 20_261_122),
)
