select severity as "severity", asset_group as "group",
  count(*) as "active",
  count(case when exploited then 1 end) as "exploited",
  max(cvss) as "worst",
  min(first_seen_at) as "oldest",
  count(distinct asset) as "assets"
from finding
where tenant_id = :tenant and asset_group = any(:teams) and resolved_at is null
group by severity, asset_group
order by array_position(array['critical', 'high', 'medium', 'low', 'unknown'], severity), count(*) desc, asset_group
