-- After the load: it is faster so.
alter table finding add primary key (id);
create index on finding (tenant_id, first_seen_at);
create index on finding (tenant_id, resolved_at);
create index on finding (tenant_id) where resolved_at is null;

-- The second wall, behind the tenant predicate that Millrace writes into every statement: without `app.tenant` no row.
alter table finding enable row level security;
create policy of_the_tenant on finding to analytics using (tenant_id = current_setting('app.tenant', true));
