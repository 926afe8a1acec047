-- Shows and their performances. All live state belongs to a performance.

create table shows (
  id uuid primary key,
  title_en text not null,
  title_ko text,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  constraint show_has_a_title check (length(title_en) between 1 and 200),
  constraint korean_title_is_not_empty check (length(title_ko) between 1 and 200)
);

comment on column shows.title_ko is 'null: the English title is shown';

create table performances (
  id uuid primary key,
  show_id uuid not null references shows (id),
  layout_id uuid not null references layouts (id),
  partition integer not null,
  starts_at timestamptz not null,
  on_sale_at timestamptz,
  status text not null default 'scheduled',
  hold_seconds integer not null,
  payment_seconds integer not null,
  max_seats_per_buyer integer not null,
  epoch bigint not null default 0,
  redis_run_id text,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  constraint partition_is_not_negative check (partition >= 0),
  constraint known_sale_status check (status in ('scheduled', 'on_sale', 'paused', 'closed')),
  constraint hold_seconds_in_bounds check (hold_seconds between 2 and 86400),
  constraint payment_seconds_in_bounds check (payment_seconds between 2 and 86400),
  constraint seats_per_buyer_in_bounds check (max_seats_per_buyer between 1 and 20),
  constraint epoch_is_not_negative check (epoch >= 0),
  constraint an_epoch_has_a_redis check ((epoch = 0) = (redis_run_id is null))
);

comment on column performances.partition is 'Redis partition 0..PARTITIONS-1, fixed at creation; an own one for a hot performance';
comment on column performances.starts_at is 'when the curtain rises';
comment on column performances.on_sale_at is 'the sale opens by itself at this moment; null: an organiser opens it';
comment on column performances.status is 'scheduled with a past on_sale_at counts as on_sale (SPEC H10)';
comment on column performances.hold_seconds is 'seconds a hold lasts';
comment on column performances.payment_seconds is 'seconds a buyer has to pay an order';
comment on column performances.max_seats_per_buyer is 'seats; held, pending and paid together (SPEC H8)';
comment on column performances.epoch is 'number of the map''s incarnation; 0 before the first load; never goes back (SPEC R5)';
comment on column performances.redis_run_id is 'run id of the Redis that carries the epoch; null before the first load';

create index performances_by_show on performances (show_id, starts_at, id);
create index performances_by_layout on performances (layout_id);
create index performances_to_open on performances (on_sale_at) where status = 'scheduled';
create index unfinished_performances on performances (id) where status <> 'closed';

create table price_zones (
  performance_id uuid not null references performances (id),
  id text not null,
  position integer not null,
  name text not null,
  color text not null,
  price_minor integer not null,
  currency text not null,
  primary key (performance_id, id),
  constraint one_zone_per_position unique (performance_id, position),
  constraint zone_has_a_name check (length(name) between 1 and 100),
  constraint zone_color_is_hex check (color ~ '^#[0-9a-f]{6}$'),
  constraint price_is_not_negative check (price_minor >= 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$')
);

comment on column price_zones.id is 'chosen by the organiser; unique inside the performance';
comment on column price_zones.position is 'order in legends and in map:status, from 0';
comment on column price_zones.price_minor is 'minor currency units';

create table zone_categories (
  performance_id uuid not null,
  category integer not null,
  zone_id text not null,
  constraint one_zone_per_category primary key (performance_id, category),
  foreign key (performance_id, zone_id) references price_zones (performance_id, id),
  constraint category_is_not_negative check (category >= 0)
);

comment on table zone_categories is 'seats of a category in no zone are not for sale';
comment on column zone_categories.category is 'the category''s index in the layout';

create table blocked_seats (
  performance_id uuid not null references performances (id),
  seat integer not null,
  blocked_at timestamptz not null default now(),
  constraint one_block_per_seat primary key (performance_id, seat),
  constraint blocked_seat_is_not_negative check (seat >= 0)
);

comment on table blocked_seats is 'seats an organiser took off sale; those of a category in no zone are not listed here';
comment on column blocked_seats.seat is 'the seat''s index in the layout';
