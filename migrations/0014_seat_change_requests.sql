-- A seat change that waits for its money has no answer yet that its Idempotency-Key could be kept with (SPEC O12).

alter table payments add column request_sha256 bytea;

comment on column payments.request_sha256 is 'of a seat change with an Idempotency-Key: of the request it was asked with; null: the payment of an order, or no key';
