-- In whose name an order changed, so that the log lines of whoever tells Redis of it can be found by the request's id.

alter table outbox add column request_id text;

comment on column outbox.request_id is 'the Idempotency-Key or the id given to the request; null: nobody asked, a deadline passed';
