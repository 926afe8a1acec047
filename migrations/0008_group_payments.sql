-- What groups pay together (SPEC G9 to G16). PostgreSQL makes a half-sold group impossible, whatever the code does.

alter table orders add column member_id uuid,
  add constraint a_group_order_has_its_member check ((group_id is null) = (member_id is null));

comment on column orders.member_id is 'the group''s member whose share it is; they may have left since, or the order may have moved to an account';

create unique index one_order_per_share on orders (group_id, payment_round, member_id) where group_id is not null;

alter table refunds drop constraint known_refund_reason,
  add constraint known_refund_reason check (reason in ('cancelled', 'late', 'second', 'changed', 'group'));

-- Who changes an order holds its lock until the transaction's end; of a group's orders, the group's lock too, and that
-- first. One function, so that nobody takes them the other way round.
create function lock_order(wanted uuid) returns void language plpgsql as $$
declare
  of_group uuid := (select group_id from orders where id = wanted); -- never changes
begin
  if of_group is not null then
    perform from groups where id = of_group for no key update;
  end if;
  perform from orders where id = wanted for no key update;
end $$;

create function refuse_group_change() returns trigger language plpgsql as $$
begin
  raise exception 'order % keeps its group', old.id using errcode = 'check_violation', constraint = 'an_order_keeps_its_group';
end $$;

create trigger an_order_keeps_its_group before update of group_id, payment_round, member_id on orders
  for each row
  when ((old.group_id, old.payment_round, old.member_id) is distinct from (new.group_id, new.payment_round, new.member_id))
  execute function refuse_group_change();

-- At the end of each transaction: a group's order waits for payment only in the group's present round while that is paid
-- for, and is paid only when the group is sold.
create function check_group_order() returns trigger language plpgsql as $$
begin
  if exists (
    select from orders join groups on groups.id = orders.group_id
    where orders.id = new.id
      and case
        when orders.status in ('pending', 'authorized')
        then groups.status not in ('paying', 'capturing', 'short') or orders.payment_round <> groups.payment_round
        when orders.status = 'paid' then groups.status <> 'sold' or orders.payment_round <> groups.payment_round
        else false end
  ) then
    raise exception 'order % is not as its group is', new.id using errcode = 'check_violation', constraint = 'orders_follow_their_group';
  end if;
  return null;
end $$;

create constraint trigger orders_follow_their_group after insert or update of status on orders
  deferrable initially deferred for each row
  when (new.group_id is not null and new.status in ('pending', 'authorized', 'paid'))
  execute function check_group_order();

-- A sold group was sold whole; one that is not paid for has no order that waits.
create function check_group_orders() returns trigger language plpgsql as $$
begin
  if exists (
    select from groups join orders on orders.group_id = groups.id
    where groups.id = new.id
      and case
        when groups.status = 'sold'
        then orders.payment_round = groups.payment_round and orders.status in ('pending', 'authorized', 'expired', 'cancelled')
        when groups.status in ('open', 'ended') then orders.status in ('pending', 'authorized', 'paid')
        else false end
  ) then
    raise exception 'group % is not as its orders are', new.id using errcode = 'check_violation', constraint = 'a_group_is_sold_whole';
  end if;
  return null;
end $$;

create constraint trigger a_group_is_sold_whole after update of status on groups
  deferrable initially deferred for each row
  when (old.status <> new.status and new.status in ('sold', 'open', 'ended'))
  execute function check_group_orders();
