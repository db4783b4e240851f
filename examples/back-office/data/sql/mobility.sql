-- One schema per tenant. Run with the tenant's schema as the search path.
create table station (
  id integer primary key,
  name text not null
);

create table booking (
  id bigint generated always as identity,
  station_id integer not null,
  vehicle_class text not null,
  channel text not null,
  status text not null,
  booked_on date not null,
  booked_at timestamptz not null,
  pickup_at timestamptz not null,
  return_at timestamptz not null,
  cancelled_at timestamptz,
  days integer not null,
  daily_rate numeric(10, 2) not null,
  total numeric(12, 2) not null
);
