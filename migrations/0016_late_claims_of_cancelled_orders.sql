-- Money that arrives after its buyer cancelled claims the seats again too (SPEC P10), never for a group's order (G13); what
-- the order had ended as is written down with it, for its buyer to be told.

alter table orders
  add column claimed_from text constraint only_ended_orders_are_claimed check (claimed_from in ('expired', 'cancelled'));

comment on column orders.claimed_from is 'what it had ended as before late money claimed its seats again; null: it never had';

update orders set claimed_from = 'expired' where claimed_late;

create or replace function check_order_transition() returns trigger language plpgsql as $$
begin
  if old.status = new.status then return new; end if;
  if (old.status, new.status) in (('expired', 'paid'), ('cancelled', 'paid')) and new.claimed_late and old.group_id is null then
    new.claimed_from := old.status;
  elsif (old.status, new.status) not in (
    ('pending', 'authorized'), ('pending', 'paid'), ('pending', 'expired'), ('pending', 'cancelled'),
    ('authorized', 'paid'), ('authorized', 'expired'), ('authorized', 'cancelled'),
    ('paid', 'refund_due'), ('refund_due', 'refunded')
  ) then
    raise exception 'order % cannot become % from %', old.id, new.status, old.status using errcode = 'check_violation', constraint = 'legal_order_transition';
  end if;
  new.changed_at := now();
  return new;
end $$;
