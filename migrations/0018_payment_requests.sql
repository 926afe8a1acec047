-- A payment that died before its request was answered is not another request's with the same key (SPEC O12).

comment on column payments.request_sha256 is 'of the request with an Idempotency-Key that it was asked with; null: no key';
