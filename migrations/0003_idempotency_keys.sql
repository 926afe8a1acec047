-- Answers of POSTs that carried an Idempotency-Key, written in the same transaction as their effect.

create table idempotency_keys (
  user_id uuid not null,
  key text not null,
  request_sha256 bytea not null,
  status integer,
  answer text,
  created_at timestamptz not null default now(),
  constraint one_effect_per_key primary key (user_id, key),
  constraint idempotency_key_is_short check (length(key) between 1 and 200),
  constraint an_answer_has_a_status check ((status is null) = (answer is null))
);

comment on column idempotency_keys.request_sha256 is 'of the method, the path and the body';
comment on column idempotency_keys.status is 'HTTP status of the answer';
comment on column idempotency_keys.answer is 'the answer''s JSON; null only inside the transaction that makes it';
comment on column idempotency_keys.created_at is 'a key is remembered for 24 hours';

create index idempotency_keys_by_age on idempotency_keys (created_at);
