/** How far the builds have come that are filled. */
export const filling = (schema: string): string => `
alter table ${schema}.streams add column filling jsonb;
comment on column ${schema}.streams.filling is
  'Of the builds that were filled last, from number first to last: how far they have come, and whether it is over';
`
