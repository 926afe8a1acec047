-- Payments and points (SPEC P). Whoever changes a payment or a refund holds its order's row lock.

create table payments (
  id uuid primary key,
  order_id uuid not null references orders (id),
  user_id uuid not null,
  provider text not null,
  method text not null,
  card text,
  status text not null default 'created',
  amount_minor bigint not null,
  currency text not null,
  returned_minor bigint not null default 0,
  refunded_minor bigint not null default 0,
  provider_reference text,
  redirect_url text,
  failure text,
  request_key text,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  constraint known_payment_status check (
    status in ('created', 'pending', 'authorized', 'captured', 'failed', 'voided', 'refund_due', 'refunded')
  ),
  constraint payment_amount_is_not_negative check (amount_minor >= 0),
  constraint no_more_is_returned_than_was_paid check (
    0 <= refunded_minor and refunded_minor <= returned_minor and returned_minor <= amount_minor
  ),
  constraint only_captured_money_is_returned check (
    returned_minor = 0 or status in ('captured', 'refund_due', 'refunded')
  ),
  constraint one_payment_per_reference unique (provider, provider_reference)
);

comment on column payments.amount_minor is 'minor units of the currency: what was asked for; once captured, what was taken';
comment on column payments.returned_minor is 'minor units that refunds give back, those still due included';
comment on column payments.refunded_minor is 'minor units that the provider confirmed as given back';
comment on column payments.request_key is 'the Idempotency-Key of the request that began it';
comment on column payments.attempts is 'times its provider was asked about it since its status changed';
comment on column payments.next_attempt_at is 'when somebody is to ask its provider again; null: nothing is to be done';

create index payments_of_an_order on payments (order_id, created_at);
create index payments_with_work on payments (next_attempt_at) where next_attempt_at is not null;
create unique index one_payment_per_request on payments (order_id, user_id, request_key) where request_key is not null;

-- The same table as shared/src/domain/payment-state.ts. Money that arrives is always written down: a payment that was
-- given up as failed or voided may still be captured.
create function check_payment_transition() returns trigger language plpgsql as $$
begin
  if old.status = new.status then return new; end if;
  if (old.status, new.status) not in (
    ('created', 'pending'), ('created', 'authorized'), ('created', 'captured'), ('created', 'failed'), ('created', 'voided'),
    ('pending', 'authorized'), ('pending', 'captured'), ('pending', 'failed'), ('pending', 'voided'),
    ('authorized', 'captured'), ('authorized', 'failed'), ('authorized', 'voided'),
    ('failed', 'authorized'), ('failed', 'captured'), ('voided', 'captured'),
    ('captured', 'refund_due'), ('refund_due', 'refunded')
  ) then
    raise exception 'payment % cannot become % from %', old.id, new.status, old.status using errcode = 'check_violation', constraint = 'legal_payment_transition';
  end if;
  new.changed_at := now();
  return new;
end $$;

create trigger legal_payment_transition before update of status on payments
  for each row execute function check_payment_transition();

-- An order waits for payments without an outcome: 30 s after its deadline at the latest (P5).
create function note_payments_in_flight() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.status not in ('created', 'pending', 'authorized') then return null; end if;
  if tg_op = 'UPDATE' and (old.status in ('created', 'pending', 'authorized')) = (new.status in ('created', 'pending', 'authorized')) then
    return null;
  end if;
  update orders
  set paying_until = case
    when exists (select from payments where order_id = new.order_id and status in ('created', 'pending', 'authorized'))
    then deadline_at + interval '30 seconds' end
  where id = new.order_id;
  return null;
end $$;

create trigger payments_in_flight_are_noted after insert or update of status on payments
  for each row execute function note_payments_in_flight();

-- A refund gives back the units of a payment from one on, so that two refunds of the same money collide.
create table refunds (
  id uuid primary key,
  payment_id uuid not null references payments (id),
  order_id uuid not null references orders (id),
  amount_minor bigint not null,
  from_minor bigint not null,
  reason text not null,
  status text not null default 'due',
  provider_reference text,
  attempts integer not null default 0,
  next_attempt_at timestamptz default now(),
  created_at timestamptz not null default now(),
  done_at timestamptz,
  constraint known_refund_status check (status in ('due', 'done')),
  constraint known_refund_reason check (reason in ('cancelled', 'late', 'second', 'changed')),
  constraint refund_amount_is_positive check (amount_minor > 0 and from_minor >= 0),
  constraint money_is_returned_once unique (payment_id, from_minor)
);

comment on column refunds.amount_minor is 'minor units of the payment''s currency';
comment on column refunds.from_minor is 'minor units of the payment that earlier refunds give back';
comment on column refunds.attempts is 'times its provider was asked for it';
comment on column refunds.next_attempt_at is 'when the provider is to be asked again; null: it is done';

create index refunds_of_an_order on refunds (order_id);
create index refunds_with_work on refunds (next_attempt_at) where next_attempt_at is not null;

-- What providers told, once by event id.
create table webhook_events (
  provider text not null,
  event_id text not null,
  kind text not null,
  signature text not null,
  payment_id uuid references payments (id),
  received_at timestamptz not null default now(),
  constraint an_event_is_stored_once primary key (provider, event_id)
);

comment on column webhook_events.signature is 'of the message that brought it: the same message again is a replay';

create index webhook_events_by_age on webhook_events (received_at);

-- The ledger. Amounts are added to the account they name; every transfer sums to zero. Nothing in it is ever changed.
create table ledger_accounts (
  id text primary key,
  kind text not null,
  user_id uuid,
  currency text not null,
  balance_minor bigint not null default 0,
  created_at timestamptz not null default now(),
  constraint an_account_and_its_currency unique (id, currency),
  constraint known_account_kind check (kind in ('wallet', 'sales', 'issuer')),
  constraint a_wallet_is_somebodys check ((kind = 'wallet') = (user_id is not null)),
  constraint ledger_currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint wallet_never_negative check (balance_minor >= 0)
);

comment on column ledger_accounts.balance_minor is
  'minor units, of wallets only: sales and issuer are sums of their entries, so that payments do not queue for one row';

create unique index one_wallet_per_user_and_currency on ledger_accounts (user_id, currency) where user_id is not null;

create table ledger_transfers (
  id uuid primary key,
  key text not null,
  kind text not null,
  currency text not null,
  order_id uuid references orders (id),
  created_at timestamptz not null default now(),
  constraint a_transfer_happens_once unique (key),
  constraint a_transfer_and_its_currency unique (id, currency),
  constraint known_transfer_kind check (kind in ('grant', 'payment', 'refund'))
);

comment on column ledger_transfers.key is 'what it is for: grant:<wallet>, payment:<payment id>, refund:<refund id>';

create table ledger_entries (
  transfer_id uuid not null,
  account_id text not null,
  currency text not null,
  amount_minor bigint not null,
  primary key (transfer_id, account_id),
  constraint entry_of_a_transfer foreign key (transfer_id, currency) references ledger_transfers (id, currency),
  constraint entry_of_an_account foreign key (account_id, currency) references ledger_accounts (id, currency),
  constraint an_entry_moves_something check (amount_minor <> 0)
);

comment on column ledger_entries.amount_minor is 'minor units, added to the account';

create index ledger_entries_of_an_account on ledger_entries (account_id, transfer_id desc);

create function book_ledger_entry() returns trigger language plpgsql as $$
begin
  update ledger_accounts set balance_minor = balance_minor + new.amount_minor
  where id = new.account_id and kind = 'wallet';
  return null;
end $$;

create trigger entries_move_wallet_balances after insert on ledger_entries
  for each row execute function book_ledger_entry();

create function check_transfer_sum() returns trigger language plpgsql as $$
declare
  transfer uuid := case when tg_table_name = 'ledger_transfers' then (to_jsonb(new) ->> 'id')::uuid
    else (to_jsonb(new) ->> 'transfer_id')::uuid end;
  entries integer;
  total bigint;
begin
  select count(*), coalesce(sum(amount_minor), 0) into entries, total from ledger_entries where transfer_id = transfer;
  if entries < 2 or total <> 0 then
    raise exception 'transfer % has % entries that sum to %', transfer, entries, total using errcode = 'check_violation', constraint = 'a_transfer_sums_to_zero';
  end if;
  return null;
end $$;

create constraint trigger a_transfer_sums_to_zero after insert on ledger_transfers
  deferrable initially deferred for each row execute function check_transfer_sum();
create constraint trigger an_entry_keeps_the_sum after insert on ledger_entries
  deferrable initially deferred for each row execute function check_transfer_sum();

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is only added to' using errcode = 'check_violation', constraint = 'the_ledger_is_only_added_to';
end $$;

create trigger transfers_are_final before update or delete on ledger_transfers
  for each row execute function refuse_ledger_change();
create trigger entries_are_final before update or delete on ledger_entries
  for each row execute function refuse_ledger_change();
