-- An order that ended becomes paid only by a late claim, which says so (SPEC O10); its buyer's own cancelling is final (P10).

create or replace function check_order_transition() returns trigger language plpgsql as $$
begin
  if old.status = new.status then return new; end if;
  if (old.status, new.status) not in (
    ('pending', 'authorized'), ('pending', 'paid'), ('pending', 'expired'), ('pending', 'cancelled'),
    ('authorized', 'paid'), ('authorized', 'expired'), ('authorized', 'cancelled'),
    ('paid', 'refund_due'), ('refund_due', 'refunded')
  ) and not (old.status = 'expired' and new.status = 'paid' and new.claimed_late) then
    raise exception 'order % cannot become % from %', old.id, new.status, old.status using errcode = 'check_violation', constraint = 'legal_order_transition';
  end if;
  new.changed_at := now();
  return new;
end $$;
