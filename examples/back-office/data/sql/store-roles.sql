-- What folds owns the reporting store; what answers reports can only read it.
create role folding login password :folding_password;
create role serving login password :serving_password;
alter role serving set default_transaction_read_only = on;
create schema reporting authorization folding;
grant usage on schema reporting to serving;
alter default privileges for role folding in schema reporting grant select on tables to serving;
