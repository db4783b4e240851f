-- After the load: it is faster so.
alter table booking add primary key (id);
alter table booking add foreign key (station_id) references station (id);
create index on booking (booked_at);
create index on booking (booked_on);
create index on booking (pickup_at);
create index on booking (cancelled_at) where cancelled_at is not null;
create index on booking (pickup_at) where status in ('confirmed', 'active');
