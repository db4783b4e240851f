/** What a session may be set to, and neither a report nor the fold must notice. */
export const strangeSettings = [
  'timezone = "Pacific/Chatham"',
  `datestyle = 'SQL, DMY'`,
  'extra_float_digits = -3',
  `intervalstyle = 'sql_standard'`,
]
