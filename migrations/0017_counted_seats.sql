-- In the one order of a group each seat goes on counting against the member whose it was (SPEC H8, G10).

alter table order_seats add column counts_for uuid;

comment on column order_seats.counts_for is 'whose seat it is for the limit of seats a buyer; null: the order''s buyer''s';

create index seats_that_count_for_friends on order_seats (counts_for) where counts_for is not null;

-- Orders that were placed before: whose the seats of the block were is still known, nobody's are the host's.
update order_seats
set counts_for = nullif(
  coalesce(
    (
      select group_members.user_id
      from group_seats join group_members on group_members.id = group_seats.member_id
      where group_seats.group_id = groups.id and group_seats.seat = order_seats.seat
    ),
    groups.host_id
  ),
  orders.user_id
)
from orders join groups on groups.id = orders.group_id
where orders.id = order_seats.order_id
  and groups.rule = 'one_pays'
  and orders.status in ('pending', 'authorized', 'paid')
  and order_seats.released_at is null;

-- Two parts, so that both ways to a person's seats are by an index.
create view counted_seats as
  select orders.performance_id, orders.user_id, orders.id as order_id, order_seats.seat, orders.claimed_late
  from orders join order_seats on order_seats.order_id = orders.id
  where orders.status in ('pending', 'authorized', 'paid')
    and order_seats.released_at is null
    and order_seats.counts_for is null
  union all
  select orders.performance_id, order_seats.counts_for, orders.id, order_seats.seat, orders.claimed_late
  from orders join order_seats on order_seats.order_id = orders.id
  where orders.status in ('pending', 'authorized', 'paid')
    and order_seats.released_at is null
    and order_seats.counts_for is not null;

comment on view counted_seats is 'the seats of orders that count against a person''s limit (H8)';
