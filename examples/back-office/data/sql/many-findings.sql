-- What findings by the million are made up from, where they are stored. A number is the same for the same seed, row and purpose.
create function pg_temp.chance(row_number bigint, purpose bigint) returns double precision language sql immutable parallel safe
  return (hashint8extended(row_number, purpose) & 9007199254740991) / 9007199254740992.0::double precision;

create temporary table advisory as
select number,
  'CVE-' || extract(year from published_at) || '-' || (9000000 + number) as cve,
  severity,
  round(case severity when 'critical' then 9.0 + score when 'high' then 7.0 + 1.9 * score when 'medium' then 4.0 + 2.9 * score
    when 'low' then 0.1 + 3.8 * score end, 1) as cvss,
  danger < case severity when 'critical' then 0.16 when 'high' then 0.05 else 0.004 end as exploited,
  case severity when 'critical' then 7 when 'high' then 20 when 'medium' then 55 else 100 end as days
from (
  select number, pg_temp.chance(number, :seed::bigint + 5)::numeric as score, pg_temp.chance(number, :seed::bigint + 6) as danger,
    :start::timestamptz + (:end::timestamptz - :start::timestamptz) * (number / 9000.0) as published_at,
    case when grade < 0.08 then 'critical' when grade < 0.38 then 'high' when grade < 0.84 then 'medium'
      when grade < 0.975 then 'low' else 'unknown' end as severity
  from (
    select number, pg_temp.chance(number, :seed::bigint + 4) as grade from generate_series(0::bigint, 9000) number offset 0
  ) graded offset 0
) scored;
alter table advisory add primary key (number);
analyze advisory;
