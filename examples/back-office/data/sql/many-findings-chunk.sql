-- Rows $1 to $2 of $3, in the order of finding. $4 seed, $5 tenants, $6 where the share of each but the first begins, $7 assets of
-- each, $8 teams of all, $9 start, $10 end. `offset 0`: what a level works out is worked out once.
insert into finding (tenant_id, asset, asset_group, cve, severity, cvss, exploited, first_seen_at, changed_at, resolved_at)
select ($5::text[])[tenant], team || (array['-api-', '-worker-', '-web-', '-db-', '-batch-'])[1 + asset % 5] || asset, team,
  cve, severity, cvss, exploited, first_seen_at, coalesce(resolved_at, first_seen_at), resolved_at
from (
  select row.*, cve, severity, cvss, exploited,
    ($8::text[])[1 + (hashint8(asset + 7919 * tenant) & 3)] as team,
    -- Exponential, with some that are never mended.
    case when forgotten >= 0.012 and first_seen_at - interval '1 day' * days * ln(1 - patience) <= $10::timestamptz
      then first_seen_at - interval '1 day' * days * ln(1 - patience) end as resolved_at
  from (
    select 1 + width_bucket(pg_temp.chance(row_number, $4 + 1), $6::double precision[]) as tenant,
      floor(($7::integer[])[1 + width_bucket(pg_temp.chance(row_number, $4 + 1), $6::double precision[])]
        * pg_temp.chance(row_number, $4 + 2) ^ 1.4)::integer as asset,
      $9::timestamptz + ($10::timestamptz - $9::timestamptz) * (row_number / $3::double precision) as first_seen_at,
      greatest(0, floor(9000.0 * row_number / $3 + 40 * ln(1 - pg_temp.chance(row_number, $4 + 3))))::bigint as number,
      pg_temp.chance(row_number, $4 + 7) as forgotten,
      pg_temp.chance(row_number, $4 + 8) as patience
    from generate_series($1::bigint, $2::bigint) row_number
    offset 0
  ) row join advisory using (number)
  offset 0
) found
