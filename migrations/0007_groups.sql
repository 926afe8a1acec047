-- Groups (SPEC G): friends, one block, one hold in Redis; who is in, whose seat is whose, and what they pay together.

alter table performances add column group_hold_seconds integer not null default 480,
  add constraint group_hold_seconds_in_bounds check (group_hold_seconds between 2 and 86400);

comment on column performances.group_hold_seconds is 'length of a group''s hold, s; its one extension adds half of it';

create table groups (
  id uuid primary key,
  performance_id uuid not null references performances (id),
  host_id uuid not null,
  status text not null default 'open',
  rule text not null,
  size integer not null,
  wish jsonb not null default '{}',
  allows_split boolean not null default false,
  version bigint not null default 1,
  notice text,
  code_round integer not null default 0,
  link_hash bytea,
  code_hash bytea,
  codes_until timestamptz not null,
  hold_id text,
  hold_until timestamptz,
  payment_round integer not null default 0,
  pay_until timestamptz,
  short_until timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  constraint known_group_status check (status in ('open', 'paying', 'capturing', 'short', 'sold', 'ended')),
  constraint known_group_rule check (rule in ('one_pays', 'each_pays', 'host_covers')),
  constraint group_size_in_bounds check (size between 2 and 10),
  constraint one_group_per_link unique (link_hash),
  constraint one_group_per_code unique (code_hash),
  constraint a_hold_has_its_end check ((hold_id is null) = (hold_until is null))
);

comment on column groups.status is 'open: forming or, with a hold in Redis, held';
comment on column groups.size is 'seats of the block, as the host said or as many as came';
comment on column groups.version is 'grows with every change that members see';
comment on column groups.code_round is 'the present invitation''s number: link and code are derived from it and the server''s key';
comment on column groups.link_hash is 'of the link''s secret; null: it is just being made';
comment on column groups.code_hash is 'of the short code; null: it is just being made';
comment on column groups.codes_until is 'afterwards nobody new comes in; who is in still finds the group by them';
comment on column groups.hold_id is 'the hold that the members were told of; Redis''s own word wins';
comment on column groups.hold_until is 'its deadline by the database''s clock, as near as an answer''s way allows';
comment on column groups.payment_round is 'how often it began to pay; orders carry it';
comment on column groups.pay_until is 'all must have paid by then, by the database''s clock';
comment on column groups.short_until is 'a capture failed: what is missing may be covered until then';

create index groups_that_wait on groups (coalesce(short_until, pay_until)) where status in ('paying', 'capturing', 'short');
create index groups_with_a_hold on groups (hold_until) where hold_id is not null;
create index groups_by_performance on groups (performance_id, id) where status not in ('sold', 'ended');

create table group_members (
  id uuid primary key,
  group_id uuid not null references groups (id),
  performance_id uuid not null references performances (id),
  user_id uuid not null,
  name text not null,
  is_in boolean not null default true,
  gone_at timestamptz,
  seen_at timestamptz,
  joined_at timestamptz not null default now(),
  constraint who_is_gone_is_not_in check (gone_at is null or not is_in),
  constraint member_name_is_not_empty check (length(name) between 1 and 40),
  constraint one_membership_per_person unique (group_id, user_id)
);

create index members_who_were_seen on group_members (seen_at) where seen_at is not null;

comment on column group_members.is_in is 'false: gone, or the group is over';
comment on column group_members.gone_at is 'left or was removed; null: in until the group was over';
comment on column group_members.seen_at is 'a socket of theirs was there; null: none is';

create unique index one_group_per_buyer on group_members (performance_id, user_id) where is_in;

create table group_seats (
  group_id uuid not null references groups (id),
  seat integer not null,
  member_id uuid not null references group_members (id),
  primary key (group_id, seat)
);

comment on table group_seats is 'whose a seat of the block is; a row whose seat is not in the hold says nothing';

create table group_swaps (
  group_id uuid not null references groups (id),
  asker_id uuid not null references group_members (id),
  seat integer not null,
  primary key (group_id, asker_id)
);

comment on table group_swaps is 'who asks for whose seat';

comment on column group_seats.seat is 'the seat''s index in the layout';
comment on column group_swaps.seat is 'of the layout, whose seat is asked for';

comment on table sign_in_attempts is 'tries at what could be guessed: passwords, codes of groups, links for other devices';
comment on column sign_in_attempts.key is 'HMAC of an address, an e-mail or a buyer; names nobody';

alter table orders add column group_id uuid references groups (id), add column payment_round integer,
  add constraint a_group_order_has_its_round check ((group_id is null) = (payment_round is null));

comment on column orders.group_id is 'sold together with the group''s other orders of the round, or not at all (G12)';

comment on column orders.payment_round is 'groups.payment_round when it was made';

create index orders_of_a_group on orders (group_id, id) where group_id is not null;

create table device_links (
  key_sha256 bytea primary key,
  user_id uuid not null,
  expires_at timestamptz not null,
  constraint device_link_key_is_hashed check (length(key_sha256) = 32)
);

comment on column device_links.key_sha256 is 'of the secret that signs in one other device, once';

create index device_links_by_age on device_links (expires_at);
