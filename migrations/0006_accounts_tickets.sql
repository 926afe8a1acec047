-- Accounts, roles, and the check-in of tickets. Guests are stored nowhere: their token is all there is.

create table accounts (
  user_id uuid primary key,
  email text not null,
  name text,
  password_hash text not null,
  created_at timestamptz not null default now(),
  constraint one_account_per_email unique (email),
  constraint email_is_normalised check (length(email) between 3 and 254 and email = lower(email) and email !~ '\s'),
  constraint account_name_is_not_empty check (length(name) between 1 and 100),
  constraint password_is_hashed check (password_hash like '$argon2id$%')
);

comment on column accounts.user_id is 'the guest''s who signed up, so that holds, orders and wallet stay theirs (SPEC U2)';
comment on column accounts.email is 'as accounts/email.ts normalises it';
comment on column accounts.password_hash is 'PHC string: algorithm, cost, salt, hash';

create table account_roles (
  user_id uuid not null references accounts (user_id),
  role text not null,
  granted_at timestamptz not null default now(),
  constraint one_grant_per_role primary key (user_id, role),
  constraint known_granted_role check (role in ('staff', 'organiser'))
);

comment on table account_roles is 'written by the command line only (SPEC U7)';

-- Unlogged: after a crash of the database everybody may try again.
create unlogged table sign_in_attempts (
  key bytea primary key,
  attempts integer not null default 1,
  since timestamptz not null default now(),
  constraint sign_in_key_is_an_hmac check (length(key) = 32)
);

comment on column sign_in_attempts.key is 'HMAC of an address or an e-mail; names nobody';
comment on column sign_in_attempts.attempts is 'in the window';
comment on column sign_in_attempts.since is 'start of the window in which the attempts are counted';

create index sign_in_attempts_by_age on sign_in_attempts (since);

-- A ticket is the paid seat itself: order_seats with the status paid, not released. Its text is computed from the row, so
-- there is nothing to make when an order is paid and nothing to void when it is refunded. Only what a row cannot say is here.

create table ticket_reissues (
  order_id uuid not null,
  seat integer not null,
  serial integer not null,
  constraint one_present_serial primary key (order_id, seat),
  constraint reissue_of_an_ordered_seat foreign key (order_id, seat) references order_seats (order_id, seat),
  constraint serial_fits_a_ticket check (serial between 2 and 65535)
);

comment on table ticket_reissues is 'seats whose first ticket was replaced';
comment on column ticket_reissues.seat is 'the seat''s index in the layout';
comment on column ticket_reissues.serial is 'of the ticket that is good now; without a row: 1';

-- A seat that an order gave back and then took again: whoever kept its first ticket shall not enter with it.
create function replace_ticket_of_returned_seat() returns trigger language plpgsql as $$
begin
  insert into ticket_reissues as known (order_id, seat, serial) values (new.order_id, new.seat, 2)
  on conflict on constraint one_present_serial do update set serial = known.serial + 1;
  return null;
end $$;

create trigger a_returned_seat_gets_another_ticket after update of released_at on order_seats
  for each row when (old.released_at is not null and new.released_at is null)
  execute function replace_ticket_of_returned_seat();

create table check_ins (
  id uuid not null,
  order_id uuid not null,
  seat integer not null,
  performance_id uuid not null references performances (id),
  checked_in_at timestamptz not null default clock_timestamp(),
  checked_in_by uuid not null,
  constraint a_ticket_admits_once primary key (order_id, seat),
  constraint one_check_in_per_id unique (id),
  constraint check_in_of_an_ordered_seat foreign key (order_id, seat) references order_seats (order_id, seat)
);

comment on column check_ins.id is 'UUIDv7: lists are paged by it';
comment on column check_ins.seat is 'the seat''s index in the layout';
comment on column check_ins.checked_in_by is 'the sub of the staff''s access token';

create index check_ins_by_performance on check_ins (performance_id, id desc);
