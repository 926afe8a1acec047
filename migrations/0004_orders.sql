-- Orders. PostgreSQL makes a double sale impossible, whatever Redis does (design, rule 1).

alter table performances add column refundable_hours integer default 24,
  add constraint refundable_hours_in_bounds check (refundable_hours between 0 and 8760);

comment on column performances.refundable_hours is 'paid seats can be cancelled until so many hours before the start; null: never';

create table orders (
  id uuid primary key,
  performance_id uuid not null references performances (id),
  user_id uuid not null,
  status text not null default 'pending',
  currency text not null,
  deadline_at timestamptz not null,
  paying_until timestamptz,
  key_sha256 bytea not null,
  hold_id text not null,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  constraint an_order_and_its_status unique (id, status),
  constraint known_order_status check (status in ('pending', 'authorized', 'paid', 'expired', 'cancelled', 'refund_due', 'refunded')),
  constraint order_currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$')
);

comment on column orders.deadline_at is 'payment is due until then, by the database''s clock';
comment on column orders.paying_until is 'a payment is in flight: the order is not ended before; null: none';
comment on column orders.key_sha256 is 'of the secret in the link by which a guest finds the order again';
comment on column orders.hold_id is 'the hold it came from';

create index orders_by_user on orders (user_id, id desc);
create index orders_that_wait on orders (greatest(deadline_at, paying_until)) where status in ('pending', 'authorized');
create index orders_by_performance on orders (performance_id, id) where status in ('pending', 'authorized', 'paid');

create function check_order_transition() returns trigger language plpgsql as $$
begin
  if old.status = new.status then return new; end if;
  if (old.status, new.status) not in (
    ('pending', 'authorized'), ('pending', 'paid'), ('pending', 'expired'), ('pending', 'cancelled'),
    ('authorized', 'paid'), ('authorized', 'expired'), ('authorized', 'cancelled'),
    ('paid', 'refund_due'), ('refund_due', 'refunded'),
    ('expired', 'paid'), ('cancelled', 'paid')
  ) then
    raise exception 'order % cannot become % from %', old.id, new.status, old.status using errcode = 'check_violation', constraint = 'legal_order_transition';
  end if;
  new.changed_at := now();
  return new;
end $$;

create trigger legal_order_transition before update of status on orders
  for each row execute function check_order_transition();

create table order_seats (
  order_id uuid not null,
  order_status text not null,
  performance_id uuid not null references performances (id),
  seat integer not null,
  zone_id text not null,
  price_minor integer not null,
  released_at timestamptz,
  released_by text,
  primary key (order_id, seat),
  constraint status_of_the_order foreign key (order_id, order_status) references orders (id, status) on update cascade,
  constraint ordered_seat_is_not_negative check (seat >= 0),
  constraint seat_price_is_not_negative check (price_minor >= 0),
  constraint a_release_has_a_reason check ((released_at is null) = (released_by is null)),
  constraint known_release check (released_by in ('cancel', 'change'))
);

comment on column order_seats.seat is 'the seat''s index in the layout';
comment on column order_seats.order_status is 'copies the order''s, so that the index below can see it';
comment on column order_seats.price_minor is 'minor units of the order''s currency, frozen';
comment on column order_seats.released_at is 'given back while the order goes on with its other seats';
comment on column order_seats.released_by is 'cancel: given up; change: for another seat';

create unique index one_live_order_per_seat on order_seats (performance_id, seat)
  where order_status in ('pending', 'authorized', 'paid') and released_at is null;

-- What Redis is still to be told. An entry says which order changed, not how: who delivers it reads the order as it then
-- is, so entries may be delivered twice and in any order.
create table outbox (
  id uuid primary key,
  order_id uuid not null references orders (id),
  performance_id uuid not null references performances (id),
  created_at timestamptz not null default now()
);

create index outbox_by_age on outbox (created_at);
