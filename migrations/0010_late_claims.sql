-- Seats that were paid for late count beside the buyer's limit (SPEC O10), on the map and in the audit.

alter table orders add column claimed_late boolean not null default false;

comment on column orders.claimed_late is 'it had ended, and late money claimed its seats again';

-- A payment for dearer seats is authorized before the order moves (SPEC O8), and not voided while its buyer may go on.
alter table payments add column held_until timestamptz;

comment on column payments.held_until is 'of a seat change: once authorized, it is not voided before; null: the payment of an order';
