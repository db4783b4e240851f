-- The host application writes; the analytics role, which Millrace signs in as, can only read.
create role application login password :application_password;
create role analytics login password :analytics_password;
alter role analytics set default_transaction_read_only = on;
revoke create on schema public from public;
