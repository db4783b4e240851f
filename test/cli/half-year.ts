const lastYear = new Date().getUTCFullYear() - 1

/** A period in which the host has bookings, whenever that is asked: they reach back two years from today. */
export const halfYear = { from: `${lastYear}-01-01`, to: `${lastYear}-07-01` } as const
